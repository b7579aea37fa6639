"""What a report shows of a period: its pictures, from the sums and the cases."""

from sqlalchemy import Connection

from card_registry.errors import OperatorMistaken
from review.office import Office
from review.pictures import Picture, draw, traffic
from review.pictures.period import Period, period
from review.store import figures


def traffic_pictures(connection: Connection, office: Office, asked: Period) -> tuple[Picture, ...]:
    """Give the pictures of what passed at the doors."""
    signs: dict[str, str] = {door.id: door.label for door in office.doors}
    return traffic.pictures(figures.traffic(connection, asked, signs))


def draw_year(connection: Connection, office: Office, year: int) -> tuple[str, ...]:
    """Read and draw every picture of a year as SVG: what is measured against one second.

    Raises:
        ValueError: The year is not one of this calendar.
        OperatorMistaken: The extra ``pictures`` is not installed.
    """
    asked = period(f"{year:04}")
    if asked is None:
        message = f"there are no pictures of the year {year}"
        raise ValueError(message)
    shown = traffic_pictures(connection, office, asked)
    svgs = tuple(draw(picture, f"gambar-{number}") for number, picture in enumerate(shown, 1))
    if None in svgs:
        message = "pictures need the extra 'pictures'; install it: pip install 'akses-ruang-server[pictures]'"
        raise OperatorMistaken(message)
    return tuple(svg for svg in svgs if svg is not None)
