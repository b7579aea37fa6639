"""What the books of rights tell: rights approved, over, taken away; cards; signed verdicts; reviews."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from card_registry import canonical
from card_registry.statements import Proof, Scheme
from card_registry.words import Subject
from review.publication import PublicationState
from review.store.asking import terms_of
from review.store.chronicle import Moment, Scope, Source, moment, rows
from review.store.removals import RemovalKind
from review.tables import card, grant, removal, signed_verdict, withdrawal
from review.tables_campaign import campaign_item, campaign_row

REFUSED = PublicationState.REFUSED.value
TAKEN = {RemovalKind.SUSPENDED.value: "dibekukan", RemovalKind.REMOVED.value: "dicabut"}
THINGS = {Subject.GRANT.value: "Hak akses", Subject.CARD.value: "Kartu"}
SIGNED = {
    Scheme.KEY_FILE: "Putusan ditandatangani dengan berkas kunci",
    Scheme.PASSKEY: "Putusan ditandatangani dengan kunci sandi (passkey)",
    Scheme.SESSION: "Putusan disahkan lewat sesi (lemah)",
}


def _given(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = grant.c
    about = {"person": row.approver, "case": row.case, "holder": row.holder}
    for one in rows(connection, scope, select(row.state), row.made, about):
        yield moment(one, "Hak akses disetujui" + (", ditolak otoritas" if one.state == REFUSED else ""))


def _over(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell which rights ended by their terms; the terms alone know when."""
    if scope.person is not None or scope.card is not None:
        return
    query = select(grant.c.body, grant.c.case, grant.c.holder).where(grant.c.state != REFUSED)
    for name, column in (("case", grant.c.case), ("holder", grant.c.holder)):
        if name in scope.named():
            query = query.where(column == scope.named()[name])
    for one in connection.execute(query).all():
        ends = terms_of(bytes(one.body)).ends
        if scope.since <= ends < scope.until:
            yield Moment(ends, "Masa berlaku hak akses berakhir", case=one.case, holder=one.holder)


def _taken(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell what was suspended or removed, and when every door had confirmed it."""
    row = removal.c
    for subject, table in ((Subject.GRANT, grant), (Subject.CARD, card)):
        query = (
            select(row.kind)
            .join(table, table.c.id == row.target)
            .where(row.subject == subject.value, row.state != REFUSED)
        )
        about = {"person": row.person, "case": row.case, "holder": table.c.holder}
        about |= {"card": row.target} if subject is Subject.CARD else {}
        for one in rows(connection, scope, query, row.made, about):
            yield moment(one, f"{THINGS[subject]} {TAKEN[one.kind]}")
        if scope.person is None:
            for one in rows(connection, scope, query, row.everywhere, about):
                yield moment(
                    one,
                    f"Semua pintu mengonfirmasi: {THINGS[subject].lower()} {TAKEN[one.kind]}",
                    person=None,
                )


def _carded(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = card.c
    about = {"person": row.maker, "case": row.case, "holder": row.holder, "card": row.id}
    for one in rows(connection, scope, select(row.number), row.made, about):
        yield moment(one, f"Kartu {one.number} disiapkan")


def _withdrawn(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = withdrawal.c
    query = select(card.c.number).join(card, card.c.id == row.card).where(row.state != REFUSED)
    about = {"person": row.person, "holder": card.c.holder, "card": row.card, "case": card.c.case}
    for one in rows(connection, scope, query, row.made, about):
        yield moment(one, f"Kartu {one.number} dicabut")
    if scope.person is None:
        for one in rows(connection, scope, query, row.everywhere, about):
            yield moment(one, f"Semua pintu mengonfirmasi: kartu {one.number} dicabut", person=None)


def verdicts(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell who signed for which right, and how."""
    row = signed_verdict.c
    query = select(row.proof, row.step).outerjoin(grant, grant.c.id == row.grant)
    about = {"person": row.person, "case": row.case, "holder": grant.c.holder}
    for one in rows(connection, scope, query, row.at, about):
        scheme = canonical.decode(bytes(one.proof), Proof, "a kept proof").scheme
        yield moment(one, f"{SIGNED[scheme]}, langkah {one.step}")


def reviewed(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell what was said of rights in reviews."""
    row, item = campaign_row.c, campaign_item.c
    query = select(row.said, row.outcome).join(campaign_item, item.id == row.item)
    about = {"person": row.person, "case": item.case, "holder": item.holder}
    for one in rows(connection, scope, query, row.at, about):
        yield moment(one, f"Review akses: {one.said} “{one.outcome}”")


RIGHTS: tuple[Source, ...] = (_given, _over, _taken, _carded, _withdrawn)
"""What changes who may enter."""
