"""What each finding of an audit says, and what it can and cannot mean: the words an auditor reads.

A fault means that the proof file does not prove what it shows. A remark leaves every row proven and says what
a reader should know: clocks, epochs, what was withheld.
"""

from dataclasses import dataclass
from enum import StrEnum

from card_registry.journal.audit import Finding


class Grade(StrEnum):
    """Whether a finding breaks the proof."""

    FAULT = "fault"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A finding in words; ``says`` is a template over the finding's rows and ground.

    ``can`` goes on from "can mean", ``cannot`` from "does not show".
    """

    grade: Grade
    says: str
    can: str
    cannot: str


def _fault(says: str, can: str, cannot: str) -> Meaning:
    return Meaning(Grade.FAULT, says, can, cannot)


def _remark(says: str, can: str, cannot: str) -> Meaning:
    return Meaning(Grade.REMARK, says, can, cannot)


MEANINGS: dict[str, Meaning] = {
    "edited": _fault(
        "{rows} {do} not hash to the root signed over the first {next} rows{by}",
        "one of them was changed after the controller signed, or rows were taken out, put in or moved and "
        "then renumbered",
        "which of them, where there are several, nor by whom; the rows before them stand",
    ),
    "deleted": _fault(
        "{rows} {are} not there, and the row after {them} is",
        "they were removed after the controller signed",
        "what they said; a controller skips no number, so it was no pause and no power cut",
    ),
    "swapped": _fault(
        "row {last} stands out of its order with row {first}",
        "rows were moved, so that what happened later seems to have happened earlier",
        "by whom; controllers write in order and batches arrive in order, so the network did not",
    ),
    "inserted": _fault(
        "a second row {first} stands where row {last} belongs",
        "a row was copied or made up, and put in after the controller signed",
        "which of the two is the controller's own",
    ),
    "foreign-row": _fault(
        "the row at place {first} says that it is {why}",
        "a row of another controller, epoch or site was put in",
        "whether it is genuine where it belongs; this controller did not write it here",
    ),
    "not-a-row": _fault(
        "the line at place {first} is no row as controllers write it",
        "it was edited by a program that writes another form, or the file is damaged",
        "what stood there; a controller's row has one form only, byte for byte",
    ),
    "truncated": _fault(
        "the rows end at {first}, and a genuine head is over {next}{by}: {rows} {are} missing",
        "the end was cut off after the controller signed it",
        "what the missing rows said; the rows before them are proven as far as a head goes",
    ),
    "unsigned": _fault(
        "{rows} {stand} under no signed head",
        "they were put on at the end, or the heads over them were taken away",
        "that they are false; they are only not proven",
    ),
    "forked": _fault(
        "two genuine heads contradict each other over the first {next} rows{by}",
        "the controller's log key signed two histories: somebody else has the key, or its disk went back to "
        "an older copy",
        "which of the two is true; a server without the log key can have made neither",
    ),
    "head-not-genuine": _fault(
        "a head over {first} rows{by} is not signed by this controller's key",
        "the head was changed, or made with another key",
        "anything about the rows, neither for nor against them",
    ),
    "foreign-device": _fault(
        "the signed directory names no key of this controller at this epoch",
        "the rows are of a device that the enroller never accepted, or of a site of the same name",
        "anything about the rows, since without a key nothing of them is proven",
    ),
    "missing-epoch": _fault(
        "{why} names this journal with {next} rows, and it is not in the file",
        "a whole epoch was left out",
        "what it said",
    ),
    "not-comparable": _remark(
        "the head over {first} rows{by} falls among rows that are withheld or already passed",
        "ask for a proof file that shows the rows around it",
        "that it agrees, or that it does not",
    ),
    "no-journal": _remark(
        "{why} names a journal that is not in the file",
        "ask for a proof file of that controller",
        "that it agrees, or that it does not",
    ),
    "late-start": _remark(
        "{rows} {are} not shown, only the tree over {them}",
        "they were pruned where the file was made, or withheld by who made it",
        "what they said; that they were there, so many and no other, is proven",
    ),
    "dropped": _remark(
        "{rows} {are} said to be dropped by the retention rule (dihapus menurut aturan), {why}",
        "their office let them go when they were old, as its chain of decisions then says as well",
        "that a rule allowed it, for nobody signs this remark; that they were there, and no other, is proven",
    ),
    "pruned": _remark(
        "the controller dropped its own copy of {rows}{by}",
        "they were past retention and under a receipt, so the server's copy is the only one",
        "that rows were changed, as all shown here are signed",
    ),
    "clock-went-back": _remark(
        "the time goes back at {rows}{by}",
        "the clock was corrected, or set back by hand; order is by row number and not by time",
        "that rows were moved, as their order is proven",
    ),
    "clock-jumped": _remark(
        "the wall clock leaves the machine's own count at {rows}{by}",
        "the clock was set while the machine ran; the times around it are as good as the clock was",
        "that rows were changed",
    ),
    "count-went-back": _remark(
        "the machine's own count since its start goes back at {rows}{by}",
        "an honest kernel never does this: the controller's program or machine was tampered with",
        "that rows were changed after they were signed",
    ),
    "time-not-vouched": _remark(
        "there was no trusted time at {rows}{by}",
        "the controller had no trusted time then; the true time is not before the one shown",
        "how much later it was",
    ),
    "unlinked": _remark(
        "its first shown row does not name where the epoch before ended",
        "the controller came back with a new disk or new keys, or that row is withheld",
        "that the epoch before is complete; a checkpoint you kept would",
    ),
    "set-back": _remark(
        "the next epoch goes on from row {first}, and this one has rows up to {last}",
        "the controller's disk went back to an older copy, and it knew only these rows; or it lost them",
        "that rows were changed, as all shown here are signed",
    ),
    "told-twice": _remark(
        "the next epoch says that the controller had {next} rows of this one, other than the server's",
        "the controller's disk went back to an older copy and wrote on; those rows never left it",
        "what those rows said; the old journal on the controller itself may",
    ),
    "revoked": _remark(
        "the enroller has revoked this controller's keys",
        "what it signed after it was lost or stolen may be the finder's",
        "from which row on; the site's records have the date",
    ),
    "absent": _remark(
        "{why} is in the signed directory and has no journal in this file",
        "it never wrote a row, or the file was asked for without it",
        "that it wrote nothing",
    ),
}


def grade(finding: Finding) -> Grade:
    """Say whether a finding breaks the proof."""
    return MEANINGS[finding.what].grade


def sentence(finding: Finding) -> str:
    """Give a finding as one sentence."""
    one = finding.first == finding.last
    words = {
        "rows": f"row {finding.first}" if one else f"rows {finding.first} to {finding.last}",
        "do": "does" if one else "do",
        "are": "is" if one else "are",
        "them": "it" if one else "them",
        "stand": "stands" if one else "stand",
        "first": finding.first,
        "last": finding.last,
        "next": finding.last + 1,
        "by": f" ({finding.why})" if finding.why else "",
        "why": finding.why,
    }
    return MEANINGS[finding.what].says.format_map(words)
