"""Tables that people take away: door events, the access list, cases, as CSV, XLSX or PDF.

``wanted`` says what is asked for, ``defusing`` keeps a spreadsheet from running a text, ``comma`` writes CSV;
``door_events``, ``access_list`` and ``case_list`` read the rows. What a file holds is read in turns of a few
thousand rows, so that neither a long file nor a slow reader holds the store or the memory.

Decisions:
    2026-11-21: rows are read by keyset and not by a cursor: a reader who stops in the middle of a year then
    holds no transaction open, on SQLite as on PostgreSQL. What arrives meanwhile is left out by its number,
    so that the file is the store at one moment all the same.
    2026-11-21: the order is that of the controllers' clocks, as on the page. Every event carries controller,
    epoch and number, by which its row is found in the proof file.
"""
