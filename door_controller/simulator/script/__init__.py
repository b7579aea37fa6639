"""A door's life from a script file, under virtual time: the same script and seed give the same transcript.

The format, one step a line; a ``#`` after a space begins a comment, words in [] may be left out::

    begin 2026-11-23 07:00         the wall clock in WIB at the script's 0s
    card NAME RIGHT                who is known; RIGHT is one of standing, office (Mon-Fri 07:30-16:00), visit
                                   (needs an escort), override, emergency, ended, none (listed, no grant),
                                   stranger (nobody listed it)
    door KEY VALUE                 a key of the site file's [[door]], such as release_ms 3000

    [WHEN] tap CARD READER         the card proves itself at the reader
    [WHEN] flash CARD READER       something shows itself there and proves nothing
    [WHEN] key READER DIGITS       keys of the PIN pad, * and # among them
    [WHEN] contact [DOOR] open|closed
    [WHEN] rex [DOOR] press|release
    [WHEN] bolt [DOOR] jam|free    the bolt no longer follows the relay, and again does
    [WHEN] tamper [DOOR] open|closed
    [WHEN] cabinet open|closed
    [WHEN] fire on|off
    [WHEN] mains lost|back
    [WHEN] power cut|on            everything in memory is gone; the lock does what it does without power
    [WHEN] program kill            only the program dies; the safe-lock runs, and it is started again
    [WHEN] clock jump SECONDS      the wall clock is moved; with a minus backwards
    [WHEN] clock lost|synced       whether the kernel holds the wall clock in step
    [WHEN] reader READER unplug|plug|hang
    [WHEN] disk filling|reserve|full|free
    [WHEN] link down|up            whether the office reaches the door
    [WHEN] deny CARD               the office takes the card away (seen once the link is up)
    [WHEN] order KIND [DOOR] [CARD]   release, lockdown, free, normal, reset-passback, unlock-pin, lock-pin
    [WHEN] expect lock released|locked        [WHEN] expect leaf STATE       [WHEN] expect mode MODE
    [WHEN] expect answer REASON    the reason of the last answer
    [WHEN] expect alarm NAME       [WHEN] expect quiet NAME

    WHEN: 90s, 1h30m, 250ms counts from 0s; +2s from the step before; @16:30[:15] is the next time the WIB
    wall clock shows that. Without WHEN a step comes at the moment of the step before. DOOR may be left out
    where there is one door; time never goes back.

What the transcript shows is what the daemon's own code did: decision, loop, machine, latch, diary and
journal are the real ones, with clock, randomness, wires and disk put in from outside. Not in it: threads,
the readers' serial link and drivers, and signatures of orders (a script stands for the desk that verified
them).
"""
