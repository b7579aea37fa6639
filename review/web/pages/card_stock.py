"""The stock of cards: blanks, cards with people, cards to be collected, and what was entered."""

from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.card_stock import Entered
from review.form import Faulty
from review.store import card_stock, people
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, Visitor
from review.workflow import stocktaking
from review.workflow.stocktaking import COUNTED, Wanted

KINDS = {
    Entered.RECEIVED.value: "Kartu kosong diterima",
    COUNTED: "Kartu kosong dihitung (stok opname)",
    Entered.SPOILED.value: "Kartu kosong rusak",
    Entered.DESTROYED.value: "Kartu yang kembali dimusnahkan",
}


def stock_page(console: Here, me: Me) -> Response:
    """Show the stock."""
    return _shown(console, me, Wanted("", "", ""), {})


def enter(console: Here, me: Me, form: Form) -> Response:
    """Keep one entry."""
    wanted = Wanted(form.one("jenis"), form.one("jumlah"), form.one("keterangan"))
    done = stocktaking.enter(console.office, me.person, wanted)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if isinstance(done, Faulty):
        return _shown(console, me, wanted, dict(done.faults))
    return RedirectResponse("/kartu/persediaan", 303)


def _shown(console: Console, me: Visitor, typed: Wanted, faults: dict[str, str]) -> Response:
    me.require(Permission.READ_CARDS)
    with reading(console.office.store) as connection:
        stock = card_stock.stock(connection)
        missing = card_stock.missing(connection)
        lines = card_stock.lines(connection)
        names = people.names(connection)
    return page(
        console,
        "persediaan.html",
        me,
        422 if faults else 200,
        stock=stock,
        missing=missing,
        lines=lines,
        names=names,
        kinds=KINDS,
        may_enter=me.holds(Permission.COUNT_CARDS),
        typed=typed,
        faults=faults,
    )
