"""`python -m card_registry.command`: the same as `akses`."""

import sys

from card_registry.command import main

if __name__ == "__main__":
    sys.exit(main())
