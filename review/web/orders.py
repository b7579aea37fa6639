"""An order as people read it: what it will do, what it needs, and what became of it."""

from dataclasses import dataclass

from card_registry.orders import PIN_ORDERS, TAKING
from card_registry.words import OrderKind
from review.store.orders import DoorOrder, OrderState

WILL = {
    OrderKind.RELEASE: "Kunci pintu dilepas satu kali selama waktu buka yang biasa, lalu terkunci kembali.",
    OrderKind.LOCKDOWN: (
        "Pintu dikunci dan menolak semua kartu, kecuali kartu yang diberi wewenang menembus penguncian. "
        "Penguncian tetap berlaku walaupun pengendali dimatikan atau jaringan putus, sampai ada perintah "
        "kembali ke mode normal. Tombol keluar tetap berfungsi."
    ),
    OrderKind.FREE: (
        "Kunci pintu dilepas terus-menerus: siapa pun dapat masuk tanpa kartu sampai ada perintah kembali "
        "ke mode normal."
    ),
    OrderKind.NORMAL: "Penguncian atau pembebasan berakhir; pintu kembali memeriksa setiap kartu.",
    OrderKind.RESET_PASSBACK: (
        "Catatan siapa yang berada di dalam dihapus, sehingga kartu yang tercatat di dalam dapat masuk lagi."
    ),
    OrderKind.UNLOCK_PIN: "PIN pemegang ini diterima kembali setelah terblokir karena salah berulang kali.",
    OrderKind.LOCK_PIN: "PIN pemegang ini tidak diterima lagi sampai blokirnya dibuka.",
}
"""What each order does, as the page says before it is given."""

STATES = {
    OrderState.ASKED: "Menunggu otoritas",
    OrderState.SENT: "Belum dijawab pintu",
    OrderState.OBEYED: "Dipatuhi",
    OrderState.REFUSED: "Ditolak",
    OrderState.LAPSED: "Tidak dijawab",
}
"""The five states, as pages print them."""

HOLDER_ORDERS = PIN_ORDERS | {OrderKind.RESET_PASSBACK}
"""The orders that may name a holder."""


@dataclass(frozen=True, slots=True)
class Told:
    """One order and its words."""

    order: DoorOrder
    will: str
    state: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One order that a person may give at a door."""

    kind: OrderKind
    will: str
    signs: bool


def told(order: DoorOrder) -> Told:
    """Give an order with its words."""
    return Told(order, WILL[order.kind], STATES[order.state])


def choice(kind: OrderKind) -> Choice:
    """Give an order to choose."""
    return Choice(kind, WILL[kind], kind not in TAKING)
