"""Large metadata aggregates, read in slices of some entities, with little memory."""
