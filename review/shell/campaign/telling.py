"""What a console says of reviews, in lines for people; and rows named by their numbers."""

from collections.abc import Iterator
from datetime import tzinfo

from card_registry.errors import OperatorMistaken
from review.campaign.standards import NUMBERS
from review.shell import words
from review.shell.client import Console
from review.shell.command import ID
from review.web.api_campaigns import CampaignBody, CampaignsBody, ItemBody, ItemsBody, StandardsBody


def campaigns(found: CampaignsBody) -> Iterator[str]:
    """Write a list of reviews."""
    rows = [
        (
            one.number,
            one.name,
            one.step,
            str(one.rows),
            str(one.answered),
            str(one.rows - one.decided),
            "-" if one.last is None else one.last.isoformat(),
            one.event or "-",
        )
        for one in found.campaigns
    ]
    heads = ("number", "looks back on", "step", "rows", "answered", "undecided", "answers until", "event")
    yield from words.table(rows, heads)


def sums(one: CampaignBody, zone: tzinfo | None) -> Iterator[str]:
    """Write a review with its sums and units."""
    yield f"{one.number}  {one.name}, step {one.step} ({one.state})"
    if one.event:
        yield f"event      {one.event}"
    yield f"taken      {words.moment(one.taken, zone)}, registry publication {one.publication or '-'}"
    yield f"answers    until {one.last or '-'}; {one.answered} of {one.rows} answered, {one.open} undecided"
    yield "outcomes   " + ", ".join(f"{word} {count}" for word, count in one.outcomes.items())
    yield "advised    " + ", ".join(f"{word} {count}" for word, count in one.advised.items())
    if one.waits:
        yield "waits      for doors to confirm"
    yield from (f"collect    {card.number} ({card.id})" for card in one.collect)
    yield ""
    rows = [(unit.unit, str(unit.rows), str(unit.rows - unit.answered), str(unit.open)) for unit in one.units]
    yield from words.table(rows, ("unit", "rows", "unanswered", "undecided"))


def rows(found: ItemsBody, zone: tzinfo | None) -> Iterator[str]:
    """Write a page of rows, and how many there are besides."""
    for item in found.items:
        yield from _row(item, zone)
    if found.pages > 1:
        yield f"page {found.page} of {found.pages}; {found.total} rows"


def _row(item: ItemBody, zone: tzinfo | None) -> Iterator[str]:
    """Write one row: whose right, what the doors saw, what is advised, what was said."""
    seen = item.evidence
    yield f"{item.position:>4}  {item.name} ({item.unit})  {item.id}"
    yield f"      doors {', '.join(item.doors)}; {seen.entries} entries, {seen.denials} denials, last " + (
        words.moment(seen.last, zone)
    )
    yield f"      advice {item.recommendation}: {item.summary}"
    for said in item.said:
        why = f": {said.reason}" if said.reason else ""
        who = said.name or "the program"
        yield f"      {said.said} {said.outcome} by {who}, {words.moment(said.at, zone)}{why}"


def ids_of(console: Console, place: str, names: set[str]) -> dict[str, str]:
    """Give the ids of rows named by their numbers; an id stands for itself.

    Raises:
        OperatorMistaken: There is no such row, or this person may not see it.
    """
    wanted = {name for name in names if name.isascii() and name.isdigit() and len(name) < 6}  # noqa: PLR2004 - digits
    found, page = {name: name for name in names - wanted}, 1
    while wanted:
        listed, _ = console.get(f"{place}/items", ItemsBody, page=page)
        mine = {str(one.position): one.id for one in listed.items if str(one.position) in wanted}
        found |= mine
        wanted -= set(mine)
        if page >= listed.pages and wanted:
            raise OperatorMistaken(f"no row {min(wanted)} here, or you may not see it")
        page += 1
    return found


def campaign_id(console: Console, name: str) -> str:
    """Give the id of a review named by its number or id.

    Raises:
        OperatorMistaken: There is no such review, or this person may not see it.
    """
    if len(name) == ID and all(sign in "0123456789abcdef" for sign in name):
        return name
    found, _ = console.get("/campaigns", CampaignsBody)
    same = [one.id for one in found.campaigns if one.number.casefold() == name.casefold()]
    if len(same) != 1:
        raise OperatorMistaken(f"no review is numbered {name}, or you may not see it")
    return same[0]


def card_id(console: Console, place: str, number: str) -> str:
    """Give the id of a card to be collected, by the number printed on it.

    Raises:
        OperatorMistaken: It is not among them.
    """
    one, _ = console.get(place, CampaignBody)
    found = next((card.id for card in one.collect if card.number.casefold() == number.casefold()), None)
    if found is None:
        waiting = ", ".join(card.number for card in one.collect) or "none"
        raise OperatorMistaken(
            f"no card {number} is to be collected in {one.number}; to be collected: {waiting}"
        )
    return found


def standards(kept: StandardsBody) -> Iterator[str]:
    """Write the numbers of reviews with their words."""
    rows = [(name, str(value), NUMBERS[name].words) for name, value in kept.standards.items()]
    yield from words.table(rows, ("name", "number", "what it says"))
