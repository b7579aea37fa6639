"""Run the office store's steps on the engine that ``card_registry.stores.engine.migrate`` hands over."""

from card_registry.stores.migration import run
from review.tables import metadata

run(metadata)
