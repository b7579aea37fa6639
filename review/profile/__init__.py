"""An office as data: its letterhead, hours, titles and numbers, and which SOP tables are in force there.

A profile is one TOML file (``profiles/``); an office copies one as a folder, ``profil.toml`` with the SOP
files it edits in ``prosedur/``, and puts it in force with ``akses review profile use``. ``values`` are the
values, ``reading`` the strict reader, ``faults`` what keeps a profile from being used, ``adopting`` the
tables as they are in force.

Which profile is in force is kept by ``store.profiles``; the tables themselves are kept there with it, so that
a new version of the program changes none of them by itself.

Decisions:

* 2026-11-21: a profile names the tables that are the office's *own* and those it *takes over*. No office
  without an access procedure could issue a card, and of the four real ones only Trenggalek has one. What is
  taken over stands under the office's own name and titles as a proposal (``usulan``), without number, dates
  and legal basis, because another regency's SOP is in force nowhere else.
* 2026-11-21: a table under other titles is another table with another fingerprint. So the officers sign a new
  list of approvers whenever a profile changes what is signed; cases that run keep the table they began with.
* 2026-11-21: no shipped profile has local holidays: they follow a decree of each year. The admin enters them
  on the console (``/libur``), or the office in its own copy.
* 2026-11-21: the zone of a profile is a note. Doors and console follow the policy that the officers signed;
  where the two differ, the profile's page says so.

Pure.
"""

from review.profile.adopting import adopted, completed
from review.profile.faults import LONGEST_NUMBER, faults
from review.profile.reading import read
from review.profile.values import Head, Hours, LocalDay, Numbers, Profile, Tables, Weekday

__all__ = [
    "LONGEST_NUMBER",
    "Head",
    "Hours",
    "LocalDay",
    "Numbers",
    "Profile",
    "Tables",
    "Weekday",
    "adopted",
    "completed",
    "faults",
    "read",
]
