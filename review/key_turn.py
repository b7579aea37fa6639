"""One key file is opened at a time in this process.

Argon2id with several lanes takes its threads from one pool of OpenSSL's. Two that run at once wait for each
other's threads for ever, and each one after them fails (seen with OpenSSL 4.0.3, cryptography 50.0.2): two
officials who signed in the same second would stop all signing until the console is started anew. Taking turns
also bounds the memory to one file's.
"""

import threading

TURN = threading.Lock()
"""Held while a key file is opened; a passphrase takes a tenth of a second or so."""
