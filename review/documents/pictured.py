"""Pictures in a document: each with the table of its numbers after it.

Pure.
"""

from collections.abc import Iterable, Iterator

from review.documents.layout import Block, Column, Grid, Paragraph
from review.pictures import Picture, listing

LABELS, NUMBERS = 4, 2


def blocks(pictures: Iterable[Picture]) -> Iterator[Block]:
    """Give the blocks of some pictures, in order; one that would be empty is only its sentence."""
    for picture in pictures:
        if picture.empty():
            yield Paragraph(f"{picture.title}: {picture.sentence}")
            continue
        yield picture
        yield table(picture)


def table(picture: Picture) -> Grid:
    """Give the table of a picture's numbers."""
    told = listing(picture.chart)
    columns = (
        Column(caption, NUMBERS if place else LABELS, number=place >= told.texts)
        for place, caption in enumerate(told.columns)
    )
    return Grid(tuple(columns), told.rows)
