"""The walks: every procedure to each of its endings, and by each of its branches."""

from dataclasses import replace

from review.campaign import Item, Outcome
from review.case import STOP, Ending
from review.store import campaigns, visits
from review.store.cards import CardRow
from review.store.transaction import reading
from review.workflow.campaign_minutes import take_back_card, to_collect
from review.workflow.campaign_rows import decide_row
from tests.review.visitors import plan
from tests.review.walking import (
    QUEUE_ENDS,
    WITHDRAWN,
    Walk,
    Walker,
    begun,
    follow_child,
    visited,
)

GONE = "ditarik pemohon"
STOPPED = "dihentikan"


def _in(one: Walker) -> None:
    """Let the guests pass the door before their escort says that they were accompanied."""
    visited(one.world, one.case)


VISIT = Walk("kunjungan anak", "P7", ("disetujui", "sesuai", "cocok"), {"5": _in})
"""A visit as it should be: registered by the applicant, in by the door, out with what came in."""


def visit_below(one: Walker) -> None:
    """Walk the visit that the case opened to its end."""
    file = follow_child(one.world, one.case, replace(VISIT, serial=one.walk.serial)).go()
    assert file.case.ending is Ending.COMPLETED


def visit_by_hand(one: Walker) -> None:
    """Register a vendor's visit under the case's number, and walk it to its end."""
    begun(one.world, VISIT, plan(one.world, one.file.number)).go()


def staff_alone(one: Walker) -> None:
    """See that a visit of staff has no guests and no case of its own."""
    with reading(one.world.office.store) as connection:
        (visit,) = visits.below(connection, one.case)
    assert (visit.case, visit.plan.guests) == (None, ())


def vendor(one: Walker) -> None:
    """See that the staff's visit is planned, and receive a vendor besides."""
    staff_alone(one)
    visit_by_hand(one)


def guest_inside(one: Walker) -> None:
    """Leave the guests of the case in the room until another step."""
    follow_child(one.world, one.case, Walk("masih di dalam", "P7", ("disetujui", "sesuai"), {"5": _in})).go()


def _decided(one: Walker, outcome: Outcome) -> None:
    """Have Kabid decide every row of a review."""
    kabid = one.world.person("kabid")
    with reading(one.world.office.store) as connection:
        rows = campaigns.rows(connection, one.case)
    for row in rows:
        done = decide_row(one.world.office, kabid, (one.case, row.id), (outcome, "sesuai tugas"))
        assert isinstance(done, Item), done


def rights_kept(one: Walker) -> None:
    """Have every right of a review kept."""
    _decided(one, Outcome.KEEP)


def rights_removed(one: Walker) -> None:
    """Have every right of a review taken away."""
    _decided(one, Outcome.REMOVE)


def cards_back(one: Walker) -> None:
    """Have every card brought back whose holder lost the right."""
    world, operator = one.world, one.world.person("operator")
    with reading(world.office.store) as connection:
        left = to_collect(connection, one.case, world.clock())
    assert left
    for card in left:
        done = take_back_card(world.office, operator, (one.case, card.id), "baik")
        assert isinstance(done, CardRow), done


S5_ROUNDS = ("tidak setuju", "setuju", "tidak setuju", "setuju", "setuju", "tidak setuju", "setuju", "setuju")
REVIEW_ROUNDS = (
    *("perlu klarifikasi", "lengkap", "tidak sesuai", "sesuai"),
    *("dikembalikan", "sesuai", "disahkan"),
)
LETTER_ROUNDS = ("tidak sesuai", "sesuai", "tidak sesuai", "sesuai", "sesuai")

S2_B = Walk("bisa", "S2.B", ("bisa",), serial="SN-2")
S2_B_AGAIN = Walk("tidak bisa dulu", "S2.B", ("tidak bisa", "bisa"), serial="SN-2")
P5 = Walk("layak", "P5", ("layak",), {"4": visit_below}, serial="SN-3")
P5_AGAIN = Walk("tidak layak dulu", "P5", ("tidak layak", "layak"), {"2": visit_below}, serial="SN-3")
WITHDRAWN_S2_B = Walk("ditarik", "S2.B", (WITHDRAWN,), ends=GONE)
WITHDRAWN_P5 = Walk("ditarik", "P5", (WITHDRAWN,), ends=GONE, serial="SN-3")

WALKS = (
    Walk("disetujui", "S1.A", ("disetujui",)),
    Walk("ditolak", "S1.A", ("ditolak",)),
    Walk("ditarik", "S1.A", (WITHDRAWN,), ends=GONE),
    Walk("tersedia", "S2.A", ("tersedia", "layak"), {"10": visit_below}, serial="SN-2", then=S2_B),
    Walk("tanpa kunjungan", "S2.A", ("tersedia", "layak"), serial="SN-2", then=WITHDRAWN_S2_B),
    Walk(
        "penuh dulu",
        "S2.A",
        ("tidak tersedia", QUEUE_ENDS, "tersedia", "tidak layak", "layak"),
        {"10": visit_below},
        serial="SN-2",
        then=S2_B_AGAIN,
    ),
    Walk("ditarik", "S2.A", ("tersedia", WITHDRAWN), ends=GONE, serial="SN-2"),
    Walk("ditarik dari antrean", "S2.A", ("tidak tersedia", WITHDRAWN), ends=GONE, serial="SN-2"),
    Walk("tersedia", "S3.A", ("tersedia", "sesuai", "sesuai"), serial="SN-3", then=P5),
    Walk("dikembalikan", "S3.A", ("tersedia", *LETTER_ROUNDS), serial="SN-3", then=P5_AGAIN),
    Walk("batal sesudahnya", "S3.A", ("tersedia", "sesuai", "sesuai"), serial="SN-3", then=WITHDRAWN_P5),
    Walk("tidak tersedia", "S3.A", ("tidak tersedia", "sesuai", "sesuai"), serial="SN-3"),
    Walk("ditarik", "S3.A", ("tersedia", WITHDRAWN), ends=GONE, serial="SN-3"),
    Walk("diganti", "S4.A", ("diganti", "lengkap", "disetujui"), {"7": visit_below}),
    Walk(
        "dikembalikan",
        "S4.A",
        ("tidak diganti", "tidak lengkap", "lengkap", "perbaikan", "lengkap", "disetujui"),
        {"7": visit_below},
    ),
    Walk("tanpa tamu", "S4.A", ("tidak diganti", "lengkap", "disetujui")),
    Walk("setuju", "S5.A", ("setuju",) * 4, {"15": vendor}, serial="SN-5"),
    Walk(
        "dikembalikan",
        "S5.A",
        (*S5_ROUNDS, "tidak setuju", "setuju", "setuju"),
        {"15": staff_alone},
        serial="SN-5",
    ),
    Walk("dihentikan", "S5.A", ("tidak setuju", "tidak setuju", STOP), ends=STOPPED, serial="SN-5"),
    Walk("ditarik", "S5.A", ("setuju", WITHDRAWN), ends=GONE, serial="SN-5"),
    Walk("dipertahankan", "P1", ("lengkap", "sesuai", "disahkan"), {"5": rights_kept}),
    Walk("dicabut", "P1", ("lengkap", "sesuai", "disahkan"), {"5": rights_removed, "7": cards_back}),
    Walk("dikembalikan", "P1", REVIEW_ROUNDS, {"5": rights_kept}),
    Walk("biasa", "P2", ("sesuai",), opens="biasa"),
    Walk("mendesak", "P2", ("sesuai",), opens="mendesak"),
    Walk("biasa ditolak", "P2", ("tidak sesuai",), opens="biasa"),
    Walk("mendesak ditolak", "P2", ("tidak sesuai",), opens="mendesak"),
    Walk("ditarik", "P2", (WITHDRAWN,), opens="biasa", ends=GONE),
    Walk("siap", "P3", ("siap", "sesuai"), {"10": visit_below}),
    Walk(
        "belum siap", "P3", ("belum siap", QUEUE_ENDS, "siap", "tidak sesuai", "sesuai"), {"10": visit_below}
    ),
    Walk("ditarik", "P3", (WITHDRAWN,), ends=GONE),
    Walk("dapat diambil", "P4", ("sesuai", "sesuai", "sesuai", "dapat diambil"), {"12": visit_below}),
    Walk("belum dapat", "P4", ("tidak sesuai", *LETTER_ROUNDS, "belum dapat")),
    Walk("ditarik", "P4", ("sesuai", "sesuai", WITHDRAWN), ends=GONE),
    Walk("sesuai", "P6", ("sesuai", "disetujui"), {"2": staff_alone}),
    Walk("selisih", "P6", ("selisih", "dikembalikan", "sesuai", "disetujui")),
    Walk("ditarik", "P6", (WITHDRAWN,), ends=GONE),
    Walk("hilang", "P8", ("diganti",), opens="hilang"),
    Walk("hilang tidak diganti", "P8", ("tidak diganti",), opens="hilang"),
    Walk("rusak", "P8", ("diganti",), opens="rusak"),
    Walk("rusak tidak diganti", "P8", ("tidak diganti",), opens="rusak"),
    Walk("ditarik", "P8", (WITHDRAWN,), opens="rusak", ends=GONE),
    Walk("wajar", "P9", ("wajar",)),
    Walk("tidak wajar", "P9", ("tidak wajar",)),
    Walk("disetujui", "P10", ("disetujui",)),
    Walk("dikembalikan", "P10", ("dikembalikan", "disetujui")),
    Walk("ditarik", "P10", (WITHDRAWN,), ends=GONE),
)
"""Walks that begin by themselves."""

BY_NAME = {f"{walk.procedure}-{walk.name}": walk for walk in WALKS}

ABREAST = tuple(
    BY_NAME[name]
    for name in (
        "P2-biasa ditolak",
        "S1.A-disetujui",
        "S1.A-ditolak",
        "S2.A-tersedia",
        "S3.A-tersedia",
        "S4.A-diganti",
        "S5.A-setuju",
        "P6-sesuai",
        "P9-wajar",
        "P10-dikembalikan",
    )
)
"""Ten walks that stand in nobody's way but each other's: numbers, places, papers, people."""

VISITS = (
    VISIT,
    Walk("ditolak", "P7", ("ditolak",)),
    Walk("ditolak di pintu", "P7", ("disetujui", "tidak sesuai")),
    Walk("selisih barang", "P7", ("disetujui", "sesuai", "tidak cocok", "cocok"), {"5": _in}),
    Walk("ditarik", "P7", (WITHDRAWN,), ends=GONE),
)
"""Walks of a visit opened by hand under another case's number."""
