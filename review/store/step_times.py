"""The rows of cases as reports time them: of every case that moved in some time, in order."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from card_registry import canonical
from review.pictures.steps import Written
from review.procedure import Procedure
from review.tables import case_file, case_row, procedure_version


def written(connection: Connection, begins: int, ends: int) -> list[Written]:
    """Give the rows of the cases that may have moved in [begins, ends), case by case.

    A case moved last when it entered the step at which it stands.
    """
    query = (
        select(case_row.c.case, case_file.c.fingerprint, case_file.c.made)
        .add_columns(case_row.c.step, case_row.c.kind, case_row.c.at)
        .join(case_file, case_file.c.id == case_row.c.case)
        .where(case_file.c.made < ends, case_file.c.entered >= begins)
        .order_by(case_row.c.case, case_row.c.position)
    )
    return [Written(*row) for row in connection.execute(query).all()]


def tables(connection: Connection) -> Mapping[str, Procedure]:
    """Give every table that a case was begun with, by fingerprint, the newest last."""
    query = select(procedure_version.c.fingerprint, procedure_version.c.body).order_by(
        procedure_version.c.made
    )
    return {
        fingerprint: canonical.decode(bytes(body), Procedure, "a pinned procedure")
        for fingerprint, body in connection.execute(query)
    }
