"""The program at the door: hardware, readers, clock, journal and the door state machine."""
