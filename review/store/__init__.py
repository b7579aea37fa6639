"""How the office store is read and written, one module for each subject; every function takes a connection.

Nothing here decides: who may is asked before, in ``access`` and ``case``. Who opens the transaction is
``workflow`` and ``follow``, so that one act is one transaction.
"""
