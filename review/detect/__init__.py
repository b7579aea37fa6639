"""What an auditor asks of a month of door events: entries that are unlike the rest, each with its reason.

The four detectors of NIST SP 800-53 PE-6 (outside hours, unusual places, unusual length, out of sequence) and
the signs of tailgating. A sign is a question to a person, never an accusation: it names the numbers that made
it, and most have a good answer.

Decisions:

* 2026-11-21: sequence and length are judged only at doors where people tap out as well; elsewhere nobody
  could know when somebody left.
* 2026-11-21: an exit without an entry is a sign of tailgating; a second entry without an exit, which a card
  that was handed back would give, is out of sequence.

Pure.
"""

from review.detect.signs import DETECTORS, Sign, Tuning, detect
from review.detect.values import Detector, Habits, Passage, Standing, Way

__all__ = ["DETECTORS", "Detector", "Habits", "Passage", "Sign", "Standing", "Tuning", "Way", "detect"]
