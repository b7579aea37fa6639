"""What people take away: door events, the access list, cases and the trail as CSV, XLSX or PDF; the proof.

``wanted`` says what is asked for, ``table`` what a file is made of, ``defusing`` keeps a text from being run,
``comma`` writes CSV: these are pure. ``door_events``, ``unexplained``, ``access_list``, ``case_list`` and
``trail`` read the rows, ``sheet_file``, ``page_file`` and ``proof_file`` put the other forms together,
``taking`` gives a file away and ``record`` writes down that it was. ``command`` and ``receiving`` are the
other end, at a console.

Decisions:
    2026-11-21: rows are read by keyset and not by a cursor: a reader who stops in the middle of a year then
    holds no transaction open, on SQLite as on PostgreSQL. What arrives meanwhile is left out by its number,
    so that the file is the store at one moment all the same.
    2026-11-21: the order is that of the controllers' clocks, as on the page. Every event carries controller,
    epoch and number, by which its row is found in the proof file.
    2026-11-21: a file is on record before its first byte, because one who hangs up at the last has it all the
    same. The record keeps the filter, which may hold a part of a name; the audit trail has code, subject,
    rows and hash alone.
    2026-11-21: besides the hash of the file there is one of its rows as CSV. A print, a workbook and a CSV of
    the same rows can then be told to be the same, which no hash of the files says.
    2026-11-21: taking away needs a permission of its own besides that of reading. Whoever works at the doors
    reads what the work needs; whoever answers for the office, or examines it, takes it home.
    2026-11-21: XLSX above its limit is refused and not split: what does not fit one sheet's patience is not
    read in a spreadsheet, and CSV has no limit.
"""
