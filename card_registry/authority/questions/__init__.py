"""What people ask of the registry and may carry away: nothing here publishes anything.

``propagation`` says who has applied what, by the controllers' own signatures; ``finding`` where a card opens
and why; ``comparing`` what two registries differ in; ``checking`` whether the store is what was approved;
``waiving`` and ``trust.parcel`` make files that a signer or a door believes by their signatures alone.

Decisions:

* 2026-11-21: ``explain`` asks ``decision.decide`` itself, over the slots as published and verified from the
  root on paper, so that its answer cannot drift from the door's; ``replay`` is the same for a recorded row.
* 2026-11-21: who has applied what is read from signed statuses; when is read from the rows ``adopted`` of
  their journals, as far as these are looked through. A removal is done when every door controller shows it.
"""
