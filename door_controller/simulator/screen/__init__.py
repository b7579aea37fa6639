"""A door in the terminal: what it shows, what it writes, and keys for everything that can happen to it.

``scene`` is what is shown, ``draw`` how, ``stage`` what the keys act on (a virtual door that needs nothing,
or a running one), ``app`` the terminal. The only part of the door's package that needs textual; nothing
imports it but ``akses door simulate``.
"""
