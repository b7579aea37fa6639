"""The signer's log and those who saw it: ``comparing`` judges, ``command`` says it.

What doors keep of the log is ``card_registry.witness``; what the signer shows them, ``authority.sighting``.
"""
