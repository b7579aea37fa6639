"""What a check found, in words and as JSON.

Pure.
"""

from review.documents.codes import grouped
from review.pack.finding import Grade, Report

MARKS = {Grade.SOUND: "ok", Grade.FAULT: "FAULT", Grade.OPEN: "open"}


def as_text(report: Report, name: str) -> str:
    """Say it in lines, the judgement last."""
    width = max(len(one.part) for one in report.findings)
    lines = [f"{MARKS[one.grade]:5}  {one.part:{width}}  {one.sentence}" for one in report.findings]
    faults = sum(one.grade is Grade.FAULT for one in report.findings)
    verdict = "is sound" if report.is_sound else f"is NOT sound: {faults} faults"
    code = grouped(report.code) if report.code else "none"
    head = (
        f"{name}: evidence of review {report.number}, code {code}",
        f"SHA-256 of bukti.json: {report.sidik}",
    )
    return "\n".join((*head, "", *lines, "", f"{name} {verdict}"))


def as_object(report: Report) -> dict[str, object]:
    """Give it as one JSON object."""
    return {
        "number": report.number,
        "code": report.code,
        "sha256": report.sidik,
        "sound": report.is_sound,
        "findings": [
            {"grade": one.grade.value, "part": one.part, "sentence": one.sentence} for one in report.findings
        ],
    }
