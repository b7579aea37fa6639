"""Pictures in a document: each with the table of its numbers after it.

Pure.
"""

from collections.abc import Iterable, Iterator

from review.documents.layout import Block, Column, Grid, Paragraph
from review.pictures import Picture, listing

WIDTHS, NUMBERS = ((4,), (6, 4)), 2
"""The shares of columns of words, by how many there are; and of a column of numbers."""


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
    widths = (*WIDTHS[told.texts - 1], *[NUMBERS] * (len(told.columns) - told.texts))
    columns = (
        Column(caption, width, number=place >= told.texts)
        for place, (caption, width) in enumerate(zip(told.columns, widths, strict=True))
    )
    return Grid(tuple(columns), told.rows)
