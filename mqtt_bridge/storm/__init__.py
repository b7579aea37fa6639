"""A storm: many simulated controllers against a real broker and a real hub, measured.

``house`` founds a site with as many controllers as wanted and runs its broker and hub as processes; ``fleet``
is all the controllers' links in one loop; ``rows`` is what is measured. Nothing here is part of a running
site.

2026-11-21: the fleet is one process with one thread, so its own work on every message is part of each number:
what 200 machines would do side by side, it does one after the other.
"""
