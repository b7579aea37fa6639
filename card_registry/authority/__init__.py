"""The signer: applies what was approved to the registry, and nothing else.

``warrant`` decides whether a change is covered, ``ordering`` whether an order is (both pure); ``rows`` what
the doors are shown of it (pure);
``signer`` applies and publishes it in one transaction; ``pending`` reads what the console and the desks ask
for. Nobody is believed: verdicts are checked against the officers' own signed list, desk rows against the
desk's signed heads, the store itself against the signer's own log (``integrity``). ``founding`` and
``enrol`` are the two ceremonies, ``keyfile`` the approver's sealed key.

Decisions:

* 2026-11-20: ``authorise`` gives the one row that a change adds, not a whole new registry, because ten
  thousand cards would be copied for each; the slice of the registry it looks at is its argument.
* 2026-11-20: maker, applicant and approver are compared in both directions (at the binding, and at every
  later grant to the same holder), because otherwise the order of the two would decide whether duties are
  apart.
* 2026-11-20: denials are listed until there are ``folding.FOLD_AT`` of them, then folded into the shards
  (rows that cannot open are no longer published), so that the deny list never outgrows its slot and taking
  away never fails for want of room.
* 2026-11-20: warrants are found by "no outcome yet" within a window behind the cursor, because a database
  sequence may commit 6 before 5.
* 2026-11-20: the signer ignores the expiry of its own slots when it reads the charter: after a long power
  cut it is the one who has to sign anew.
* 2026-11-20: an approval lifts one denial. Serials are the site's, so a grant that clears the holder's 7
  would clear a lost card's 5 as well; such a card is no longer listed, and a grant that would carry the
  holder's own earlier denial along is refused (DESIGN §5, invariant 6).
* 2026-11-20: before a right is added, the whole store is recomputed from the signer's own signed log
  (``integrity``), because a database that others can reach must not be what rights rest on. It costs time
  in proportion to the log, in the turns that add; withdrawing never waits for it, nor does a lockdown.
* 2026-11-21: a controller's waiting orders lie among the slots as ``cmd/<controller>``, which no TUF role
  names, because the order, its number and the slots then change in one transaction and the hub needs no
  other table to follow. Doors believe each order by its own seal.
* 2026-11-21: the signer keeps how far it got in a file beside its keys (``floors``), because a database that
  was restored cannot know that it was. A restored registry waits until every active controller was heard or
  was waived by name (``recovery``, ``restoring``), takes from the doors what they prove with the signer's own
  signatures (``trust.recall``), and goes on above it; its record in the authority log says what was lost.
* 2026-11-21: one rule proves verdicts and orders (``proving``): key file, passkey (``card_registry.passkey``)
  or, where the officers say so, a session. A passkey's last counter stands among the site's values and under
  the authority log like everything else, so that a copied key is noticed though the database was edited.
* 2026-11-21: doors and desks witness the authority log (``sighting``, ``card_registry.witness``): its head
  goes out with the last records' hashes and not with a proof for each door, because one row then serves
  everybody; who is further behind than these sees only growth, and ``witnesses`` compares all of it.
"""
