"""What the office tells people: messages that leave the console, and the reminders that are due.

A message is written in the transaction of the act that causes it (``store.outbox``), so that none is lost
and none is sent for an act that never was. One thread delivers it (``courier``) through a channel by name:
e-mail today (``smtp``), others behind the same interface. What it says is decided by whoever writes it
(``workflow.telling``, ``workflow.reminding``); the same words always stand in the person's inbox on the
console, which needs no channel at all.

Decisions:
    2026-11-21: a message is claimed (tries, next try, Message-ID) in a transaction before it is sent. A
    console killed between the server's yes and our note of it sends that one message once more, with the
    same Message-ID, which mail programs show once. SMTP allows no better.
    2026-11-21: a server that refuses the *address* or the *message* for good (5xx at RCPT or DATA) ends the
    message; one that refuses *us* (connection, TLS, password, sender) ends nothing: every message rests
    until the next try of the whole channel, because no message is at fault.
    2026-11-21: nothing is sent after three days. An office that connects its mail server a year late would
    otherwise send a year of old news.
    2026-11-21: without TLS the server must be this machine. A password and names cross no network in clear.
    2026-11-21: the applicant's own delay is told to the applicant alone; nobody of the office stands above
    them. Where nobody may do a step (no holder of the role, or separation of duties), the next role above
    hears of it at once, because a reminder to nobody helps nobody.
"""
