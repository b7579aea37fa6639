"""Carries registry and journal between a controller and the server, and decides nothing about either.

Theory of operation, as numbered points that checks refer to:

1. The broker is a wire with an address book (``topics``). It may lose, double, delay or forget anything at
   any time; what it may not do is decided by signatures that it cannot make.
2. Down: the hub publishes every registry slot, retained, whenever it connects and whenever the registry
   changes, timestamp last (``hub_end``). The controller's bridge writes the slots meant for it as whole files
   (``slot_intake``, ``door_end``); the door verifies them, the bridge does not try.
3. Up: the door leaves batches of rows in its outbox; the bridge sends them in order, at most four ahead of
   the last receipt, and goes back to the receipt after silence or a repeated receipt (``session``). A batch
   is forgotten only when the door removes it.
4. The hub believes a batch when its rows hash to the root that the controller's log key signed, and that key
   is in the signed directory (``ingest``). Rows, head, checkpoint and receipt are one transaction
   (``ledger``); the receipt is published after the commit and again whenever somebody seems to lack it.
5. So a row is in the outbox or under a receipt at every instant, whoever is killed: nothing is lost; the
   overlap of a batch with what is stored is trimmed: nothing doubles; a gap is answered with the receipt of
   what is there: nothing is reordered.
6. What does not verify becomes a ``refusal`` row with one sentence and never an exception.
7. Orders come down unretained, as one sheet for each controller, and are shown until the ledger holds the
   door's own row that answers them or their time is over (``order_book``).
8. Who may come in follows the signed directory: the hub writes it beside the broker (``parties``), which
   takes it up without a restart (``usher``, or amqtt at each question). Who is cut off is neither heard nor
   answered from then on; a connection that stands is not ended, and does not come back.
9. A certificate is renewed before it ends, like a slot that goes down (``certificate_intake``).

8. Nobody is believed to hear us because a connection stands: a bridge says its status again and the hub
   answers it, a controller that decides by an older registry than was published gets its slots again
   (``lagging``), and a broker that is silent, or through which no receipt comes, is left for the next of the
   list (``link``).
9. A message of a stranger, a full disk or a dead database ends neither loop: it is said once, nothing is
   receipted that is not stored, and it is tried again.

It leaves to others: what events mean (``card_registry.journal``), who may change the registry
(``authority``), and what a door does with its slots (``door_controller``).

Decisions:
    2026-11-20: one thread and one loop in each program, with paho's own loop functions called from it,
    because there is then no callback, lock or queue between network, files and database to go wrong.
    2026-11-20: a new MQTT client for every connection, because paho keeps unacknowledged messages of the old
    one and would send yesterday's batches first.
    2026-11-20: streams at QoS 0, slots and status at QoS 1, because the receipt is the only acknowledgement
    that means stored; a second one below it only adds stale copies.
    2026-11-20: the bridge asks for the retained slots again every minute, because amqtt may drop a message to
    a connected subscriber, and a lost denial must not wait for the next reconnect.
    2026-11-21: a hub that may not be heard is noticed by the bridge and not by the hub, because only the side
    that waits for something knows that it does not come.
    2026-11-21: who lags is known from its own status, and not from a second copy of what the broker retains,
    because the status is what counts and the broker is what is in doubt.
    2026-11-21: several sites share a broker and a PostgreSQL but no hub: a hub has one receipt key, ledger
    and registry, so that a fault or a thief at one site stays there.
    2026-11-21: orders are neither retained nor acknowledged by MQTT, because an order is for who is there
    now, and its only acknowledgement is the row in which the door says that it obeyed or refused.
    2026-11-21: a bridge to which nothing came asks again after two seconds, because mosquitto grants a
    subscription that its list does not allow yet, and would deliver nothing on it.
"""
