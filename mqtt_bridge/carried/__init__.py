"""What is carried by hand instead of over the broker: a controller's journal, on its way to the ledger."""
