"""Run the registry store's steps on the engine that ``card_registry.stores.engine.migrate`` hands over."""

from card_registry.stores.migration import run
from card_registry.stores.registry import metadata

run(metadata)
