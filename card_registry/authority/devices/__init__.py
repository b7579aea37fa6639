"""Devices of the site: invited, enrolled, certified and cut off. Officers are not needed for any of it.

The way in: ``invite`` makes an invitation, good once and for minutes; the device makes its keys, signs its
request with the invitation (``card_registry.invitation``) and shows six words; the enroller types those
words beside the request, and ``enrol`` (``authority.enrol``) signs its keys into the directory and gives the
bundle, in which the TLS certificate lies too. The way out is one command, ``cut-off``.

Decisions:

* 2026-11-21: the enroller types the six words instead of answering "are they the same?", because a person
  who is in a hurry answers yes.
* 2026-11-21: a TLS certificate is renewed by the signer for the key in the signed directory, without being
  asked, and goes down like a slot (``reg/cert/<controller>``). Nothing new then comes up from a device, a
  forged row certifies nobody, and a device that is cut off is simply given none. A device that was away
  while its certificate ended carries a request signed with its log key by hand (``akses door renew``).
* 2026-11-21: the broker's list of revoked certificates is signed by the TLS authority and lies among the
  slots as ``tls/crl``, which no topic carries: the hub writes it beside the broker, who needs neither the
  registry nor a key to obey it.
"""
