"""Visits: P7 to every ending, under the case that caused it, with doors, cards and goods."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from card_registry.journal.event import DoorChanged
from card_registry.words import CardStatus, CaseId, DoorId, GrantKind, Reason, Side, Subject
from review.access import Refused
from review.case import CaseState, Ending
from review.follow import Follower
from review.form import Faulty, Filled
from review.people import Capacity, Role
from review.procedure import parse
from review.store import (
    cards,
    cases,
    desks,
    emergencies,
    explained,
    grants,
    occurrences,
    papers,
    people,
    visits,
)
from review.store.desks import Job
from review.store.emergencies import Emergency
from review.store.grants import OfficeGrant
from review.store.papers import Filing
from review.store.transaction import reading, writing
from review.visits import ByEmergency, ByRight, ByVisit, Item, Unexplained, VisitState, Window, suggested
from review.workflow.answering import take_back
from review.workflow.cards import Failed, report, revoke
from review.workflow.filling import paper
from review.workflow.office_lists import on_offer
from review.workflow.opening import Beginning, open_case
from tests.review.papers import HANDOVER
from tests.review.removals import bind, follow, newest_job, say, step, walk, withdrawn
from tests.review.rooms import furnished, settled
from tests.review.test_workflow import DESK, file_of, finished
from tests.review.visitors import (
    ENDS,
    F07,
    F10,
    arrival,
    entering,
    form,
    guest_card,
    inside,
    leaving,
    parent_number,
    plan,
    ready,
    registered,
    staffed,
    table,
    told,
    visit_of,
)
from tests.review.world import F01, NOON, World


@pytest.fixture
def office(world: World) -> World:
    """Give an office with a technician and a short procedure that receives visitors."""
    return staffed(world)


def test_a_visit_runs_from_plan_to_closing(office: World) -> None:
    """Every step by its own person: the right is escorted and in its window, and goes with the guests."""
    number = parent_number(office)
    case = registered(office, number)
    assert (visit_of(office, case).state, file_of(office, case).number) == (
        VisitState.PLANNED,
        "KJG-2026-0001",
    )
    walk(office, case, ("kabid", "disetujui"))
    visit = visit_of(office, case)
    terms = granted(office, case).terms
    assert visit.state is VisitState.APPROVED
    assert (terms.kind, terms.escort, terms.holder) == (GrantKind.KUNJUNGAN, True, visit.holder)
    assert (terms.doors, terms.begins, terms.ends) == (("ruang-server",), NOON - 3_600_000, ENDS)
    walk(office, case, ("operator", "selesai"))
    bind(office, case, 4)
    follow(office)
    card = guest_card(office, case)
    walk(office, case, ("operator", "sesuai", arrival(card)))
    assert visit_of(office, case).state is VisitState.INSIDE
    assert any("pendampingan" in text for text in told(office, "teknisi"))
    walk(office, case, ("teknisi", "selesai"), ("operator", "cocok", leaving()))
    assert visit_of(office, case).state is VisitState.LEFT
    walk(office, case, ("pemohon", "selesai"), ("operator", "selesai"))
    assert step(office, case)[1] is CaseState.CLOSED
    assert withdrawn(office) == [(Subject.GRANT, terms.id)]
    with reading(office.office.store) as connection:
        found = cards.find(connection, card)
        assert visits.carried_out(connection, case) == (Item("Laptop", "lpt 1"),)
    assert found is not None
    assert (found.status, found.holder_name) == (CardStatus.ACTIVE, "Kartu Tamu 01")
    assert any(number in text and "ditutup" in text for text in told(office, "pemohon"))


def test_a_guest_card_is_used_again(office: World) -> None:
    """The next visit takes the card from the drawer; one at the same time gets a card of its own."""
    number = parent_number(office)
    first = inside(office, number)
    second = registered(office, number)
    walk(office, first, ("teknisi", "selesai"), ("operator", "cocok", leaving()))
    walk(office, first, ("pemohon", "selesai"), ("operator", "selesai"))
    third = registered(office, number)
    assert visit_of(office, third).holder == visit_of(office, first).holder
    assert visit_of(office, second).holder != visit_of(office, first).holder
    walk(office, third, ("kabid", "disetujui"), ("operator", "selesai"))
    early = say(office, third, "operator", "sesuai", arrival(guest_card(office, first)))
    assert isinstance(early, Refused)
    assert "belum berlaku" in early.why
    follow(office)
    with reading(office.office.store) as connection:
        assert desks.of_case(connection, third) == ()
    walk(office, third, ("operator", "sesuai", arrival(guest_card(office, first))))


def test_a_card_that_does_not_come_back_is_lost(office: World) -> None:
    """It dies at every door; the next visit gets another one under the same name."""
    case = inside(office)
    walk(office, case, ("teknisi", "selesai"), ("operator", "cocok", leaving(kartu_kembali="tidak")))
    walk(office, case, ("pemohon", "selesai"), ("operator", "selesai"))
    with reading(office.office.store) as connection:
        card = cards.find(connection, guest_card(office, case))
    assert card is not None
    assert card.status is CardStatus.LOST
    assert (Subject.CARD, card.id) in withdrawn(office)
    again = ready(office, seq=9)
    assert guest_card(office, again) != card.id


@pytest.mark.parametrize("at", ["2", "4"])
def test_a_refused_visit_leaves_no_right(office: World, at: str) -> None:
    """Refused by Kabid or at the door, the case ends by its last step, without the forms of an entry."""
    case = registered(office) if at == "2" else ready(office)
    if at == "2":
        walk(office, case, ("kabid", "ditolak"))
    else:
        walk(office, case, ("operator", "tidak sesuai", form({"lapor": "2026-11-20T15:00"})))
    assert visit_of(office, case).state is VisitState.REFUSED
    walk(office, case, ("operator", "selesai"))
    assert step(office, case)[1] is CaseState.CLOSED
    assert visit_of(office, case).closed == NOON
    assert len(withdrawn(office)) == (0 if at == "2" else 1)


def test_a_visit_belongs_to_a_running_case(office: World) -> None:
    """An unknown number, a visit's own number, or a case that is over: refused, and no number is lost."""
    visit = file_of(office, registered(office)).number
    over = open_case(office.office, office.person("pemohon"), Beginning("S1.A", F01))
    assert isinstance(over, str)
    assert not isinstance(take_back(office.office, office.person("pemohon"), over, "keliru"), Refused)
    for number in ("ARS-2026-0999", visit, file_of(office, over).number):
        given = plan(office, number)
        refused = open_case(office.office, office.person("pemohon"), Beginning("P7", given))
        assert isinstance(refused, Refused)
        assert number in refused.why


def test_times_that_cannot_be_are_refused(office: World) -> None:
    """Backwards, too long, over already: each with its sentence."""
    number = parent_number(office)
    for more, words in (
        ({"selesai": "2026-11-20T13:00"}, "setelah waktu mulai"),
        ({"selesai": "2026-12-20T13:00"}, "14 hari"),
    ):
        faulty = open_case(
            office.office, office.person("pemohon"), Beginning("P7", plan(office, number, **more))
        )
        assert isinstance(faulty, Faulty)
        assert words in faulty.faults["selesai"]
    past = plan(office, number, mulai="2026-11-20T08:00", selesai="2026-11-20T09:00")
    assert isinstance(open_case(office.office, office.person("pemohon"), Beginning("P7", past)), Refused)


def test_a_window_that_passes_stops_the_visit(office: World) -> None:
    """Nothing is signed and nobody let in any more; the ways out stay open."""
    unsigned, waiting = registered(office), ready(office)
    office.clock.now = ENDS
    assert isinstance(say(office, unsigned, "kabid", "disetujui"), Refused)
    assert isinstance(
        say(office, waiting, "operator", "sesuai", arrival(guest_card(office, waiting))), Refused
    )
    walk(office, unsigned, ("kabid", "ditolak"), ("operator", "selesai"))
    walk(
        office,
        waiting,
        ("operator", "tidak sesuai", form({"lapor": "2026-11-20T16:00"})),
        ("operator", "selesai"),
    )
    assert withdrawn(office) == []


def test_duties_are_apart(office: World) -> None:
    """Who approved a visit makes no card for it, nor who asked for it; nobody signs for another."""
    case = registered(office)
    assert isinstance(say(office, case, "operator", "disetujui"), Refused)
    walk(office, case, ("kabid", "disetujui"))
    with writing(office.office.store) as connection:
        span = (NOON, ENDS)
        people.delegate(connection, office.person("pemohon").id, Role.OPERATOR, Capacity.DAILY, span)
    refused = say(office, case, "pemohon", "selesai")
    assert isinstance(refused, Refused)
    assert "Pemisahan tugas" in refused.why
    walk(office, case, ("operator", "selesai"))


def test_nobody_is_let_in_before_card_and_right_are_everywhere(office: World) -> None:
    """Another card, a card that is being made, an identity not looked at: each is refused."""
    other = ready(office)
    case = registered(office)
    walk(office, case, ("kabid", "disetujui"), ("operator", "selesai"))
    mine, foreign = guest_card(office, case), guest_card(office, other)
    for given in (
        arrival(mine),
        arrival(foreign),
        arrival(mine, identitas=""),
        arrival(mine, tata_tertib=""),
    ):
        assert isinstance(say(office, case, "operator", "sesuai", given), Refused)
    bind(office, case, 7)
    follow(office)
    assert isinstance(say(office, case, "operator", "sesuai", arrival(foreign)), Refused)
    walk(office, case, ("operator", "sesuai", arrival(mine)))


def test_a_guest_card_that_fails_is_made_again(office: World) -> None:
    """The desk's failure, or a card taken away at the door, opens step 3 again."""
    case = registered(office)
    walk(office, case, ("kabid", "disetujui"), ("operator", "selesai"))
    job = newest_job(office, case)
    with writing(office.office.store) as connection:
        desks.take(connection, job.id, DESK)
    assert isinstance(report(office.office, DESK, job.id, Failed("Kartu tidak terbaca.")), Job)
    assert step(office, case)[0] == "3"
    walk(office, case, ("operator", "selesai"))
    assert newest_job(office, case).id != job.id
    revoke(office.office, office.person("operator"), guest_card(office, case), "rusak")
    assert step(office, case)[0] == "3"


def test_a_right_that_the_authority_refuses_is_signed_again(office: World) -> None:
    """The case goes back to Kabid, and the next signature is another grant."""
    case = registered(office)
    walk(office, case, ("kabid", "disetujui"), ("operator", "selesai"))
    first = granted(office, case)
    office.outside.decide("warrant", str(first.warrant), sentence="tidak dikenal")
    Follower(office.office).once()
    assert step(office, case)[0] == "2"
    walk(office, case, ("kabid", "disetujui"), ("operator", "selesai"))
    assert visit_of(office, case).grant != first.terms.id


def test_what_was_not_brought_in_does_not_leave(office: World) -> None:
    """Strange things are refused, what stays behind needs a word; the form may be typed anew."""
    case = inside(office)
    walk(office, case, ("teknisi", "selesai"))
    strange = leaving(**{"perangkat_keluar.1.nama": "Disk", "perangkat_keluar.1.nomor_seri": "DSK-9"})
    refused = say(office, case, "operator", "cocok", strange)
    assert isinstance(refused, Refused)
    assert "Disk (DSK-9)" in refused.why
    walk(office, case, ("operator", "tidak cocok", strange))
    assert (step(office, case)[0], visit_of(office, case).state) == ("6", VisitState.INSIDE)
    assert any("tidak cocok" in text for text in told(office, "kabid"))
    assert isinstance(say(office, case, "operator", "cocok"), Refused)
    nothing = {name: [""] if name.startswith("perangkat") else texts for name, texts in strange.items()}
    behind = say(office, case, "operator", "cocok", nothing)
    assert isinstance(behind, Refused)
    assert "Laptop" in behind.why
    walk(office, case, ("operator", "cocok", {**nothing, "temuan": ["Laptop dititipkan"]}))


def test_a_withdrawal_form_lets_a_thing_leave(office: World) -> None:
    """F10 of the parent case names it; the parent's own step enters it, once."""
    parent = opened_parent(office)
    number = file_of(office, parent).number
    with writing(office.office.store) as connection:
        filing = Filing(office.office.token(), CaseId(parent), "F10.A", office.person("teknisi").id, NOON)
        papers.file(connection, filing, Filled({name: (text,) for name, text in F10.items()}))
    case = inside(office, number)
    disk = {"perangkat_keluar.1.nama": "Disk", "perangkat_keluar.1.nomor_seri": "DSK-9"}
    walk(office, case, ("teknisi", "selesai"), ("operator", "cocok", leaving(**disk)))


def test_other_times_than_the_doors_need_a_reason(office: World) -> None:
    """The door wrote when they came in; a correction says why; nobody leaves in the future."""
    case = inside(office)
    office.clock.now += 600_000
    office.outside.happen(entering(visit_of(office, case)))
    Follower(office.office).once()
    assert visit_of(office, case).entered == NOON
    walk(office, case, ("teknisi", "selesai"))
    assert offered_at(office, case) == {"masuk": ("2026-11-20T15:00",)}
    for more in ({"keluar": "2026-11-20T15:30"}, {"masuk": "2026-11-20T14:50"}):
        assert isinstance(say(office, case, "operator", "cocok", leaving(**more)), Refused)
    walk(office, case, ("operator", "cocok", leaving(masuk="2026-11-20T14:50", koreksi="Pintu ditahan")))
    assert visit_of(office, case).entered == NOON - 600_000


def test_guests_inside_after_the_window_are_alarmed_once(office: World) -> None:
    """Every operator and the escort hear of it, once; who left in time is not."""
    case = inside(office)
    office.clock.now = ENDS - 1
    Follower(office.office).once()
    assert not any("sesudah batas waktu" in text for text in told(office, "teknisi"))
    office.clock.now = ENDS
    for _ in range(2):
        Follower(office.office).once()
    for login in ("teknisi", "operator", "operator2"):
        assert sum("sesudah batas waktu" in text for text in told(office, login)) == 1
    assert visit_of(office, case).alarmed == ENDS


def opened_parent(world: World, *answers: tuple[str, str]) -> str:
    """Open the short procedure with a visit planned from F07, and answer on."""
    case = open_case(world.office, world.person("pemohon"), Beginning("X", form(F07)))
    assert isinstance(case, str), case
    walk(world, case, *answers)
    return case


def child_of(world: World, parent: str) -> str:
    """Give the visit's case that a case began."""
    with reading(world.office.store) as connection:
        return cases.children(connection, CaseId(parent))[0].case.id


def test_a_case_begins_its_visit_with_what_it_knows(office: World) -> None:
    """The child waits at its first step for the parent's applicant, its form begun from F07."""
    parent = opened_parent(office, ("teknisi", "selesai"))
    child, number = child_of(office, parent), file_of(office, parent).number
    visit = visit_of(office, child)
    assert [guest.name for guest in visit.plan.guests] == ["Narahubung Contoh", "Pengantar Contoh"]
    assert (visit.parent, visit.parent_step, visit.plan.items) == (
        parent,
        "1",
        (Item("Server Contoh", "SN-1"),),
    )
    known = suggested(visit.plan, number, "Asia/Jakarta")
    assert (known["mulai"], known["selesai"]) == (("2026-11-20T08:00",), ("2026-11-20T16:00",))
    assert known["personel.1.nama"] == ("Pengantar Contoh",)
    assert step(office, child) == ("1", CaseState.RUNNING)
    assert offered_at(office, child)["induk"] == (number,)
    assert isinstance(say(office, child, "kadis", "selesai", plan(office, number)), Refused)
    assert isinstance(say(office, child, "pemohon", "selesai", plan(office, "ARS-2026-0001")), Refused)
    walk(office, child, ("pemohon", "selesai", plan(office, number)), ("kabid", "disetujui"))
    assert granted(office, child).terms.escort


def test_a_delivery_begins_with_its_applicant_as_guest(office: World) -> None:
    """P5 plans and opens at once; where no form names anybody, whoever delivers is expected."""
    case = open_case(office.office, office.person("pemohon"), Beginning("P5", {}))
    assert isinstance(case, str), case
    (guest,) = visit_of(office, child_of(office, case)).plan.guests
    assert (guest.name, guest.agency) == ("Pejabat Pemohon", "Dinas Contoh")


def test_a_case_does_not_close_over_a_guest(office: World) -> None:
    """While a guest is inside the parent's step is refused; out, it closes, and the visit ends by itself."""
    parent = opened_parent(office, ("teknisi", "selesai"))
    child, number = child_of(office, parent), file_of(office, parent).number
    walk(office, child, ("pemohon", "selesai", plan(office, number)), ("kabid", "disetujui"))
    walk(office, child, ("operator", "selesai"))
    bind(office, child, 4)
    follow(office)
    walk(office, child, ("operator", "sesuai", arrival(guest_card(office, child))))
    refused = say(office, parent, "teknisi")
    assert isinstance(refused, Refused)
    assert file_of(office, child).number in refused.why
    assert isinstance(take_back(office.office, office.person("pemohon"), parent, "batal"), Refused)
    walk(office, child, ("teknisi", "selesai"), ("operator", "cocok", leaving()))
    walk(office, parent, ("teknisi", "selesai"), ("teknisi", "diganti", form(F10)))
    assert step(office, parent)[1] is CaseState.CLOSED
    assert withdrawn(office) == [(Subject.GRANT, visit_of(office, child).grant)]
    walk(office, child, ("pemohon", "selesai"), ("operator", "selesai"))
    assert len(withdrawn(office)) == 1
    with reading(office.office.store) as connection:
        assert visits.carried_out(connection, parent) == (Item("Disk", "DSK-9"),)


def test_a_handover_is_signed_while_its_guests_are_inside(office: World) -> None:
    """The exit check wants the paper; the step that signs it does not wait, and the case's end does."""
    closing = 'kelengkapan = []\nwaktu = "1 hari"\nefek = ["kunjungan.tutup"]'
    signing = 'kelengkapan = ["F05"]\nwaktu = "1 hari"\nefek = ["bast.tanda_tangan", "kunjungan.tutup"]'
    assert closing in table()
    tables = {**office.office.procedures, "X": parse(table().replace(closing, signing), "X")}
    world = replace(office, office=replace(office.office, procedures=tables))
    parent = opened_parent(world, ("teknisi", "selesai"))
    child, number = child_of(world, parent), file_of(world, parent).number
    walk(world, child, ("pemohon", "selesai", plan(world, number)), ("kabid", "disetujui"))
    walk(world, child, ("operator", "selesai"))
    bind(world, child, 4)
    follow(world)
    walk(world, child, ("operator", "sesuai", arrival(guest_card(world, child))), ("teknisi", "selesai"))
    taken = {"perangkat_keluar.1.nama": "Server rak", "perangkat_keluar.1.nomor_seri": "SN-1"}
    assert isinstance(say(world, child, "operator", "cocok", leaving(**taken)), Refused)
    walk(world, parent, ("teknisi", "selesai", form({**HANDOVER, "arah": "pengambilan"})))
    assert visit_of(world, child).state is VisitState.INSIDE
    over = say(world, parent, "teknisi", "tidak diganti")
    assert isinstance(over, Refused)
    assert "masih tercatat di dalam" in over.why
    walk(world, child, ("operator", "cocok", leaving(**taken)))
    walk(world, parent, ("teknisi", "tidak diganti"))


@pytest.mark.parametrize("how", ["closes", "withdrawn"])
def test_a_visit_not_begun_ends_with_its_case(office: World, how: str) -> None:
    """Its own case is stopped in the program's name, its right withdrawn, the card being made given up."""
    parent = opened_parent(office, ("teknisi", "selesai"))
    child, number = child_of(office, parent), file_of(office, parent).number
    walk(office, child, ("pemohon", "selesai", plan(office, number)), ("kabid", "disetujui"))
    walk(office, child, ("operator", "selesai"))
    if how == "closes":
        walk(office, parent, ("teknisi", "selesai"))
    else:
        assert not isinstance(take_back(office.office, office.person("pemohon"), parent, "batal"), Refused)
    assert file_of(office, child).case.ending is Ending.STOPPED
    visit = visit_of(office, child)
    assert visit.state is VisitState.CLOSED
    assert withdrawn(office) == [(Subject.GRANT, visit.grant), (Subject.CARD, guest_card(office, child))]


def test_a_table_that_forgets_to_close_leaves_no_visit_open(office: World) -> None:
    """However a case ends, its visits end with it, and it does not end over a guest."""
    forgetful = parse(table().replace('"kunjungan.tutup"', '"arsip"'), "X")
    tables = {**office.office.procedures, "X": forgetful}
    world = replace(office, office=replace(office.office, procedures=tables))
    parent = opened_parent(world, ("teknisi", "selesai"), ("teknisi", "selesai"))
    child = child_of(world, parent)
    walk(world, parent, ("teknisi", "tidak diganti"))
    assert file_of(world, child).case.ending is Ending.STOPPED
    assert visit_of(world, child).state is VisitState.CLOSED


def test_a_visit_that_its_applicant_withdraws_leaves_no_right(office: World) -> None:
    """Withdrawn after the signature and before the entry: the right goes at once."""
    case = registered(office)
    walk(office, case, ("kabid", "disetujui"))
    assert not isinstance(take_back(office.office, office.person("pemohon"), case, "batal"), Refused)
    assert (visit_of(office, case).state, len(withdrawn(office))) == (VisitState.CLOSED, 1)


def test_staff_work_without_a_guest_card(office: World) -> None:
    """The monthly inventory opens a visit that has no case of its own, and closes it."""
    furnished(office)
    case = open_case(office.office, office.person("teknisi"), Beginning("P6", {}))
    assert isinstance(case, str), case
    with reading(office.office.store) as connection:
        assert cases.children(connection, case) == ()
        assert visits.below(connection, case)[0].state is VisitState.PLANNED
    checked = form({"bulan": "2026-11-01", "lokasi": "Ruang Server", "petugas": "Petugas Teknis"})
    walk(office, case, ("teknisi", "selesai", checked))
    with reading(office.office.store) as connection:
        assert visits.below(connection, case)[0].state is VisitState.CLOSED


def test_every_entry_is_explained_or_listed(office: World) -> None:
    """A visit by its case and step, a right by its case; the rest are listed with the reason."""
    given = granted(office, finished(office))
    case = inside(office, seq=6)
    visit = visit_of(office, case)
    office.outside.happen(
        entering(None, grant=given.terms.id),
        entering(visit),
        entering(None, Reason.NO_GRANT),
        entering(None, grant="9" * 32),
        DoorChanged(DoorId("ruang-server"), "forced", "sensor"),
        DoorChanged(DoorId("ruang-server"), "closed", "sensor"),
    )
    Follower(office.office).once()
    with reading(office.office.store) as connection:
        rows = [row for row in occurrences.following(connection, 0) if row.occurrence.facts.door]
        said = [explained.explained(connection, row) for row in rows]
        listed = explained.unexplained(connection, NOON, NOON + 60_000)
    assert said[:3] == [ByRight(given.case), ByVisit(CaseId(case), visit.parent, visit.parent_step), None]
    assert isinstance(said[3], Unexplained)
    assert isinstance(said[4], Unexplained)
    assert said[5] is None
    assert [(row.id, why) for row, why in listed] == [(rows[4].id, said[4]), (rows[3].id, said[3])]


def test_a_card_on_the_way_out_needs_no_reason(office: World) -> None:
    """Whoever is inside is let out without a right, and that is neither explained nor listed."""
    left = replace(entering(None), side=Side.OUT, granted=True, reason=Reason.GRANTED_EXIT)
    office.outside.happen(left)
    Follower(office.office).once()
    with reading(office.office.store) as connection:
        (row,) = (one for one in occurrences.following(connection, 0) if one.occurrence.facts.door)
        assert explained.explained(connection, row) is None
        assert explained.unexplained(connection, NOON, NOON + 60_000) == ()


def test_an_entry_after_the_closing_is_listed(office: World) -> None:
    """A closed visit explains nothing any more; an emergency on record explains a forced door."""
    case = inside(office)
    visit = visit_of(office, case)
    with writing(office.office.store) as connection:
        visits.save(connection, replace(visit, state=VisitState.CLOSED, closed=NOON))
        emergencies.add(connection, Emergency(visit.parent, DoorId("ruang-server"), NOON, NOON + 5_000))
    office.outside.happen(entering(visit), DoorChanged(DoorId("ruang-server"), "forced", "sensor"))
    Follower(office.office).once()
    with reading(office.office.store) as connection:
        listed = explained.unexplained(connection, NOON, NOON + 60_000)
        forced = explained.explained(connection, occurrences.newest(connection)[0])
    assert [why.why for _, why in listed] == ["Masuk dengan izin kunjungan yang sudah ditutup."]
    assert forced == ByEmergency(visit.parent)


def offered_at(world: World, case: str) -> Mapping[str, Sequence[str]]:
    """Give what the form of a case's step says before anybody types."""
    with reading(world.office.store) as connection:
        found = paper(connection, world.office, file_of(world, case).case)
    assert found is not None
    return found.ready


def granted(world: World, case: str) -> OfficeGrant:
    """Give the newest grant of a visit."""
    with reading(world.office.store) as connection:
        return grants.listed(connection, case=case)[0]


F09 = {
    "kondisi": "baik",
    "perangkat.0.nama": "Disk",
    "perangkat.0.nomor_seri": "DSK-9",
    "perangkat.0.jumlah": "1",
    "jenis": "korektif",
    "pelaksana": "PT Contoh",
    "personel.0.nama": "Teknisi Tamu",
    "personel.0.instansi": "PT Contoh",
    "personel.0.identitas": "sim",
    "mulai": "2026-11-20T14:00",
    "selesai": "2026-11-20T15:30",
    "layanan": "Situs",
    "cadangan": "ya",
}
F17 = {
    "layanan": "Situs",
    "mulai": "2026-11-20T14:00",
    "selesai": "2026-11-20T16:00",
    "dampak": "Situs tidak dapat dibuka",
    "contact_person.nama": "Narahubung Contoh",
    "contact_person.unit": "Dinas Contoh",
}


def test_the_official_maintenance_receives_its_visitors(office: World) -> None:
    """S4.A: planned from F09 with half an hour to spare, escorted, and not over before they are out."""
    settled(furnished(office))
    opened = open_case(office.office, office.person("pemohon"), Beginning("S4.A", {}))
    assert isinstance(opened, str), opened
    walk(office, opened, ("kadis", "selesai"), ("kabid", "selesai"), ("teknisi", "selesai"))
    with reading(office.office.store) as connection:
        server = on_offer(connection, office.office)["server"][0].value
    walk(office, opened, ("teknisi", "selesai", form({**F09, "server": server})))
    walk(office, opened, ("teknisi", "selesai", form({**F17, "server": server})))
    child, number = child_of(office, opened), file_of(office, opened).number
    begun = visit_of(office, child)
    assert begun.plan.window == Window(NOON - 3_600_000, ENDS)
    given = {
        name: texts
        for name, texts in plan(office, number).items()
        if name not in {"induk", "mulai", "selesai"}
    }
    walk(office, child, ("pemohon", "selesai", given), ("kabid", "disetujui"), ("operator2", "selesai"))
    bind(office, child, 4)
    follow(office)
    walk(office, child, ("operator2", "sesuai", arrival(guest_card(office, child))))
    assert isinstance(say(office, opened, "teknisi"), Refused)
    walk(office, child, ("teknisi", "selesai"), ("operator2", "cocok", leaving()))
    walk(office, child, ("pemohon", "selesai"), ("operator2", "selesai"))
    taken = {**F10, "perangkat.0.nama": "Contoh R1", "perangkat.0.nomor_seri": "SN-1"}
    walk(office, opened, ("teknisi", "selesai"), ("teknisi", "diganti", form(taken)))
    with reading(office.office.store) as connection:
        assert visits.carried_out(connection, opened) == (Item("Contoh R1", "SN-1"),)
