"""Context, the run, the report, and the checks that tie them together."""
