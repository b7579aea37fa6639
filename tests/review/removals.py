"""A holder with a right and a card, and pens for a removal: shared by the tests of P2, P8 and P9."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from card_registry import canonical
from card_registry.statements import WarrantKind, WithdrawWarrant
from card_registry.stores.office import warrant
from card_registry.stores.registry import outcome
from card_registry.words import CardStatus, CredentialKind, Subject, Tier
from review.access import Refused
from review.case import Advanced, Answer, CaseState
from review.follow import Follower
from review.form import Faulty
from review.store import cards, desks, grants
from review.store.cards import CardRow
from review.store.desks import Job
from review.store.grants import OfficeGrant
from review.store.transaction import reading, writing
from review.workflow.answering import Act, act
from review.workflow.approval import Hand
from review.workflow.cards import Bound, Place, report
from review.workflow.opening import Beginning, open_access_case, open_case
from tests.review.test_workflow import DESK, file_of
from tests.review.world import F01, NOON, PASSPHRASE, World

Given = Mapping[str, Sequence[str]]
Said = Advanced | Faulty | Refused


def follow(world: World, received: int = NOON) -> None:
    """Let the authority take every warrant and binding, every door adopt it, and the office look.

    ``received`` is when the hub has the doors' word.
    """
    with reading(world.office.registry) as connection:
        known = {(row.source, row.reference) for row in connection.execute(select(outcome))}
    with reading(world.office.store) as connection:
        issued = connection.execute(select(warrant.c.serial, warrant.c.kind)).all()
        bound = [job.source for job in desks.unpublished(connection) if job.source]
    for serial, kind in issued:
        if ("warrant", str(serial)) not in known:
            taken = {"grants": 100 + serial} if kind == WarrantKind.GRANT else {"deny": 100 + serial}
            world.outside.decide("warrant", str(serial), **taken)
    for source in bound:
        if ("binding", source) not in known:
            world.outside.decide("binding", source, grants=100)
    world.outside.report(grants=900, deny=900, received=received)
    Follower(world.office).once()


def standing_right(world: World) -> tuple[OfficeGrant, CardRow]:
    """Give a holder's right and card that every door knows, through S1.A."""
    with reading(world.office.store) as connection:
        return grants.listed(connection)[-1], cards.listed(connection)[-1]


def second_grant(world: World, first: OfficeGrant) -> str:
    """Give the same holder another right, of another case's approval."""
    given = right_for(world, F01, 5)
    assert given.terms.holder == first.terms.holder
    return given.terms.id


def right_for(world: World, form: Given, seq: int) -> OfficeGrant:
    """Give the right that a request asks for, with its card bound at this event of the desk's journal."""
    case = open_access_case(world.office, world.person("pemohon"), form)
    assert isinstance(case, str), case
    walk(world, case, ("kadis", "selesai"), ("kabid", "disetujui"), ("kabid", "selesai"))
    walk(world, case, ("operator", "selesai"))
    bind(world, case, seq)
    follow(world)
    with reading(world.office.store) as connection:
        return grants.listed(connection, case=case)[0]


def bind(world: World, case: str, seq: int) -> Job:
    """Let the desk bind the newest card that a case asked for."""
    with reading(world.office.store) as connection:
        job = desks.of_case(connection, case)[0]
    with writing(world.office.store) as connection:
        desks.take(connection, job.id, DESK)
    done = report(
        world.office,
        DESK,
        job.id,
        Bound(f"{seq:02d}" * 32, Tier.PUBLIC_KEY, CredentialKind.PKOC, Place(DESK, 1, seq)),
    )
    assert isinstance(done, Job)
    return done


def f04(given: OfficeGrant, **more: str) -> dict[str, list[str]]:
    """Give a faultless F04 about a holder."""
    form = {
        "pengaju.nama": "Pejabat Pemohon",
        "pengaju.unit": "Dinas Contoh",
        "hubungan": "atasan",
        "pemegang": given.terms.holder,
        "alasan": "mutasi",
        "sifat": "biasa",
        "tgl_efektif": "2026-11-20",
        "keadaan_kartu": "belum",
        **more,
    }
    return {name: [text] for name, text in form.items()}


def f15(card: CardRow | None, condition: str = "baik") -> dict[str, list[str]]:
    """Give the receipt of a card."""
    form = {
        "nama": "Pemegang Contoh",
        "unit": "Dinas Contoh",
        "tindakan": "dikembalikan",
        "tanggal": "2026-11-20",
        "kondisi": condition,
    }
    if card is not None:
        form["kartu"] = card.id
    return {name: [text] for name, text in form.items()}


def open_removal(world: World, label: str, form: Given, login: str = "pemohon") -> str:
    """Open a P2 case."""
    case = open_case(world.office, world.person(login), Beginning("P2", form, label))
    assert isinstance(case, str), case
    return case


def urgent(world: World, given: OfficeGrant, login: str = "pemohon", **more: str) -> str:
    """Open an urgent P2 case and have its holder suspended at every door."""
    case = open_removal(world, "mendesak", f04(given, sifat="mendesak", **more), login)
    walk(world, case, ("operator2", "selesai"))
    follow(world)
    return case


def say(world: World, case: str, login: str, label: str = "selesai", form: Given = {}) -> Said:  # noqa: B006 - read only
    """Answer the present step, signing where it asks for it."""
    now = file_of(world, case).case
    verdict = Answer(now.step, now.attempt, label, "alasan")
    return act(world.office, world.person(login), case, Act(verdict, Hand(PASSPHRASE), form))


def walk(world: World, case: str, *answers: tuple[str, str] | tuple[str, str, Given]) -> None:
    """Answer step after step."""
    for answer in answers:
        done = say(world, case, *answer)
        assert isinstance(done, Advanced), (file_of(world, case).case.step, done)


def step(world: World, case: str) -> tuple[str, CaseState]:
    """Give where a case stands."""
    now = file_of(world, case).case
    return now.step, now.state


def withdrawn(world: World) -> list[tuple[Subject, str]]:
    """Give what the office asked the signer to deny, in order."""
    with reading(world.office.store) as connection:
        query = select(warrant.c.body).where(warrant.c.kind == WarrantKind.WITHDRAW.value)
        bodies = connection.scalars(query.order_by(warrant.c.serial)).all()
    asked = [canonical.decode(body, WithdrawWarrant, "a warrant") for body in bodies]
    return [(one.subject, one.id) for one in asked]


def active(world: World, given: OfficeGrant) -> list[OfficeGrant]:
    """Give a holder's grants that nothing denies."""
    with reading(world.office.store) as connection:
        return list(grants.active(connection, given.terms.holder, world.clock()))


def status_of(world: World, card: CardRow) -> CardStatus:
    """Give a card's state."""
    with reading(world.office.store) as connection:
        found = cards.find(connection, card.id)
    assert found is not None
    return found.status


def newest_job(world: World, case: str) -> Job:
    """Give the newest card that a case asked for."""
    with reading(world.office.store) as connection:
        return desks.of_case(connection, case)[0]
