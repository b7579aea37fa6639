"""The approval server: people, procedures, cases, cards, and the console through which the office works.

It decides whose turn it is and what an answer causes (``procedure``, ``case``, ``access``, ``form``,
``request``: pure), and records it: one act is one transaction and one audit row (``workflow``). What an act
changes outside the office it only asks for, by a Warrant for the signer or a job for the desk; a step whose
row says so waits until the doors themselves have confirmed (``follow``). It holds no registry key and
speaks to no door: a conquered console can lie on its screen and misuse an approver who is present, and
nothing more.

It leaves to others: whether a warrant is good (``card_registry.authority``), what a door answers
(``card_registry.decision``), what a controller wrote down (``mqtt_bridge``).

Decisions:
    2026-11-20: a verdict names the *fingerprint* of the SOP table, not its name, because then the
    officers' list of approvers says for exactly which wording and duties each key is good.
    2026-11-20: steps of ``pemohon`` after the first belong to the applicant alone, and any person of the
    office may apply, because an SOP column names a unit, while a case has one applicant whose duties are
    kept apart.
    2026-11-20: signing happens before the write transaction, over terms made from the stored form; the
    write then repeats every check. Opening a key file costs tens of milliseconds on purpose, and no lock
    is held for it.
    2026-11-20: when the authority refuses a warrant the case goes back to the approving step with a new
    attempt, because the approval took no effect; a failed or refused card re-opens the card step the same
    way.
    2026-11-20: CSRF tokens are an HMAC under the session's own secret token, so that there is nothing to
    store; the sign-in form uses a nonce cookie the same way, and ``Origin`` and ``Sec-Fetch-Site`` are
    checked besides.
    2026-11-20: a desk job that was taken is handed to the same desk again until it has a result, because
    an agent may be killed between reading a card and posting it; results are idempotent.
    2026-11-21: an order to a door is no case: operators and administrators may take away at once, approvers
    sign what opens or relaxes, and the door's own row in the ledger is its answer (``workflow.orders``).
    2026-11-21: an approver may sign by passkey (``workflow.touching``). The challenge is the very verdict's
    digest; the page draws the grant's id before, the form brings it back, and nothing is kept in between. The
    console lists nobody: a registered passkey is a file for the officers. A server conquered *before* a
    registration could hand them a key of its own, so the approver reads the fingerprint from the device's
    first page and the officers sign in the approver's presence; afterwards it can add none.
"""
