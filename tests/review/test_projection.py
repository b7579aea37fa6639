"""From ledger row to what people read."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.circumstances import Circumstances
from card_registry.journal.event import (
    Adopted,
    Alarmed,
    Body,
    Commissioned,
    CredentialBound,
    DoorChanged,
    EventKind,
    Exited,
    ModeChanged,
    Moment,
    Ordered,
    Pruned,
    Refused,
    Started,
    Tapped,
    Unused,
    Versions,
    Witnessed,
    encode_event,
)
from card_registry.labels import label_of
from card_registry.rule import DoorRule
from card_registry.statements import ControllerEntry, Directory
from card_registry.words import (
    CardId,
    CaseId,
    Clockless,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    CredentialKind,
    DoorId,
    GrantId,
    HolderId,
    Mode,
    OrderKind,
    PersonId,
    PinResult,
    ReaderId,
    Reason,
    Side,
    Staleness,
    Tier,
    TimeQuality,
)
from review.indonesian import ago_text, day_text, last_day_text, long_day_text, moment_text
from review.projection import UNREADABLE, Facts, Place, facts_of, is_weak, local_time, project, sentence
from review.publication import concerned, lagging
from tests.review.world import NOON, SITE

PLACE = Place("pengendali-1", 1, 0)
DOOR, KEY = DoorId("ruang-server"), "ab" * 32


def tap(*, granted: bool, reason: Reason, flags: tuple[str, ...] = ()) -> Tapped:
    """Give a tap of a known card."""
    return Tapped(
        DOOR,
        ReaderId("masuk"),
        Side.IN,
        CredentialKind.PKOC,
        Tier.PUBLIC_KEY,
        "p",
        granted,
        reason,
        Circumstances(),
        Versions(),
        CardId("c" * 32),
        HolderId("d" * 32),
        GrantId("e" * 32),
        flags,
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (tap(granted=True, reason=Reason.GRANTED), "Diizinkan"),
        (tap(granted=True, reason=Reason.GRANTED, flags=("weak",)), "Diizinkan · Persetujuan tanpa"),
        (tap(granted=False, reason=Reason.CARD_DENIED), "Ditolak – kartu telah dicabut"),
        (Exited(DOOR), "Tombol keluar ditekan"),
        (DoorChanged(DOOR, "forced", "contact"), "Pintu: Dibuka paksa"),
        (Started("door", "boot"), "door: boot"),
        (Adopted(Versions(1, 1, 4, 2), Staleness.FRESH, 1, 0), "izin versi 4, larangan versi 2"),
        (Refused("slot", "wrong key"), "slot: wrong key"),
        (Alarmed("reader-silent", "masuk", raised=True), "reader-silent (masuk) muncul"),
        (Alarmed("reader-silent", "masuk", raised=False), "reda"),
        (Commissioned("ab" * 32, passed=True), "lulus"),
        (Commissioned("ab" * 32, passed=False), "belum lulus"),
        (Ordered(DOOR, OrderKind.LOCKDOWN, 7, KEY, PersonId("f" * 32)), label_of(OrderKind.LOCKDOWN)),
        (ModeChanged(DOOR, Mode.NORMAL, "fault"), label_of(Mode.NORMAL)),
        (Unused(DOOR, Side.IN, 1, 4), label_of(EventKind.UNUSED)),
        (Witnessed("akses/x/authority", 7, "ab" * 32), "akses/x/authority: 7 catatan"),
        (Pruned(2, 90), "periode 2, sebelum catatan ke-90"),
        (
            CredentialBound(
                CaseId("a" * 32),
                CardId("c" * 32),
                HolderId("d" * 32),
                CredentialKind.PKOC,
                Tier.PUBLIC_KEY,
                KEY,
                PersonId("f" * 32),
            ),
            "Kartu dibuat",
        ),
    ],
)
def test_every_kind_is_said_in_indonesian(body: Body, said: str) -> None:
    """A row keeps its ids, and its sentence speaks to people."""
    at = Moment(NOON, NOON, None, TimeQuality.SYNC, "boot", 0)
    row = project(
        PLACE, encode_event(SITE, ControllerId("pengendali-1"), (1, 0), body, at, "00"), "Asia/Jakarta"
    )
    assert (row.day, row.local) == (date(2026, 11, 20), "15:00:00")
    assert said in sentence(row.kind, row.facts)
    assert is_weak(row.facts) == ("tanpa tanda tangan" in sentence(row.kind, row.facts))


@given(st.binary(max_size=200))
def test_a_row_that_cannot_be_read_says_so(data: bytes) -> None:
    """Nothing in the ledger stops the follower."""
    row = project(PLACE, data, "Asia/Jakarta")
    assert row.kind == UNREADABLE
    assert "tidak terbaca" in sentence(row.kind, row.facts)


def test_a_tap_without_reason_is_still_named() -> None:
    """An older row without a reason falls back to its kind."""
    assert sentence("tapped", Facts()) == "Kartu ditempelkan"


def test_an_impossible_time_does_not_stop_the_projection() -> None:
    """A clock beyond the calendar counts as the beginning of time."""
    assert local_time(10**18, "UTC") == (date(1970, 1, 1), "00:00:00")


def test_dates_are_written_as_offices_write_them() -> None:
    """Weekday, month and zone in Indonesian; durations in their largest unit."""
    assert day_text(date(2026, 11, 20)) == "20 November 2026"
    assert long_day_text(date(2026, 11, 20)) == "Jumat, 20 November 2026"
    assert moment_text(NOON, "Asia/Jakarta") == "20 November 2026, 15.00 WIB"
    assert last_day_text(1_795_194_000_000, "Asia/Jakarta") == "20 November 2026"
    spans = [0, 7_000, 65_000, 7_200_000, 200_000_000]
    assert [ago_text(span) for span in spans] == [
        "baru saja",
        "7 detik yang lalu",
        "1 menit yang lalu",
        "2 jam yang lalu",
        "2 hari yang lalu",
    ]


def controller(id: str, kind: ControllerKind, status: ControllerStatus, *doors: str) -> ControllerEntry:
    """Give one entry of the directory."""
    rules = tuple(DoorRule(DoorId(door), Tier.PUBLIC_KEY, Clockless.DENY) for door in doors)
    return ControllerEntry(ControllerId(id), kind, status, 1, KEY, KEY, rules)


def test_a_change_concerns_the_trusted_controllers_of_its_doors() -> None:
    """Desks and revoked controllers are not waited for; those without the version are named."""
    directory = Directory(
        1,
        SITE,
        (
            controller("a", ControllerKind.DOOR, ControllerStatus.ACTIVE, "satu"),
            controller("b", ControllerKind.DOOR, ControllerStatus.ACTIVE, "dua"),
            controller("c", ControllerKind.DOOR, ControllerStatus.REVOKED, "satu"),
            controller("d", ControllerKind.DESK, ControllerStatus.ACTIVE),
        ),
    )
    assert concerned(directory) == {"a", "b"}
    assert concerned(directory, [DoorId("satu")]) == {"a"}
    assert lagging(3, concerned(directory), {ControllerId("a"): 3}) == ("b",)


def test_a_denial_under_threat_is_told() -> None:
    """A duress PIN at a door that still wants a second person is news for the office, once."""
    denied = replace(
        tap(granted=False, reason=Reason.SECOND_PERSON), circumstances=Circumstances(pin=PinResult.DURESS)
    )
    facts = facts_of(denied)
    assert facts.detail == "duress"
    assert sentence("tapped", facts) == "Ditolak – wajib dua orang · Di bawah paksaan"
    granted = replace(denied, granted=True, reason=Reason.GRANTED, flags=("weak", "duress"))
    assert facts_of(granted).detail == "weak,duress"
