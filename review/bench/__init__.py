"""The office's measured numbers: how the ledger becomes occurrences, and what people ask of years of them.

``projection`` measures the follower alone. The rest makes an office of five years and asks it everything: who
holds which right (``town``), what happens at its doors (``life``), the journals their controllers sign
(``journals``), the site whose hub believes them (``house``), the office's own books (``books``), all of it
brought as far as was asked (``history``), and what is measured (``questions``, ``rows``).

Decisions:
    2026-11-21: the history is honest where a short cut would flatter us. Every answer of a door is
    ``card_registry.decision``'s, every row a canonical event in a tree whose heads its controller signs; the
    hub's own program (``akses bridge carry``) verifies every batch against the signed directory and stores
    it; the follower and the sums are the console's. Only the office's books are entered at once, as the cases
    would have left them: a case walked by hand takes seconds, and what is asked of them is the same.
    2026-11-21: the events cover five years, whatever their number, because that is what the rule of retention
    keeps by default. Ten million of them are 23 visits a day at each of forty doors.
"""
