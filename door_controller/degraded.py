"""What a door does while something is missing: the one table that README shows and the tests go through.

It decides nothing; each row says what other modules decided, who notices, and which alarm stands meanwhile.

Pure.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Degraded:
    """One way to be degraded: what the door does, what is shown at it, the alarms, and what is logged."""

    what: str
    door: str
    shown: str
    alarms: tuple[str, ...]
    logged: str = "yes"


TABLE = (
    Degraded("server or broker down", "decides as usual, the journal grows", "link light, status", ()),
    Degraded(
        "registry stale, then expired",
        "decides and marks each event; then the site's policy: keep, emergency-only or deny",
        "amber, red",
        ("registry-stale",),
    ),
    Degraded("no registry", "denies cards; exit free", "red", ()),
    Degraded(
        "clock uncertain",
        "`clockless`: always-only, deny, allow-flagged",
        "amber",
        ("clock-unsynchronised", "clock-jumped"),
    ),
    Degraded(
        "reader silent or unplugged",
        "supervised and opened again, alarm within 8 s",
        "alarm",
        ("reader-failed",),
    ),
    Degraded("disk filling", "all as usual", "alarm", ("disk-filling",)),
    Degraded(
        "only the disk's reserve left",
        "grants, exits, orders and alarms are written from the reserve; denials are counted",
        "alarm",
        ("disk-reserve",),
        "from the reserve, then counted",
    ),
    Degraded(
        "disk full or read-only",
        "denies cards; exit always free, and counted",
        "alarm, journal-refused",
        ("disk-full",),
        "counted until there is room",
    ),
    Degraded(
        "journal damaged or gone",
        "set aside for the auditor, a new epoch begins; cards wait for a verified registry",
        "alarm",
        ("journal-damaged", "journal-lost", "journal-gap"),
    ),
    Degraded(
        "server restored from before the door's retention",
        "keeps what it has, begins a new epoch that the server can take; decides as usual",
        "alarm",
        ("server-behind",),
    ),
    Degraded(
        "authority log changed or shortened",
        "keeps the head it saw, with the signed other one as evidence; decides as usual",
        "alarm",
        ("authority-forked",),
    ),
    Degraded(
        "contact or exit button stuck",
        "a state of its own; other ways to open and to leave work on",
        "alarm",
        ("contact-stuck", "rex-stuck"),
    ),
    Degraded(
        "lock not following its drive",
        "a state of its own, where feedback is wired",
        "alarm",
        ("lock-failed", "release-failed", "door-ajar"),
    ),
    Degraded(
        "pins or lights failing",
        "the lock is told to lock until it obeys; a light never stops a lock",
        "alarm",
        ("wires-failed", "lamp-failed"),
    ),
    Degraded(
        "pin factory missing",
        "does not start; the lines stay as the boot left them: locked",
        "one sentence",
        (),
        "–",
    ),
    Degraded(
        "program killed or hung",
        "safe-lock locks within 1 s of a kill, within watchdog + 2 s of a hang; started again",
        "lights out",
        (),
        "started again",
    ),
    Degraded("mains lost, undervoltage (where wired)", "works on", "alarm", ("mains-lost", "undervoltage")),
    Degraded("cabinet or door opened up", "works on", "alarm", ("cabinet-open", "door-tamper")),
    Degraded("fire input", "released by wiring; we only observe", "alarm", ("fire",)),
    Degraded(
        "lockdown order", "only override holders; works offline and through restarts; exit free", "red", ()
    ),
)
"""Every row, in README's order."""
