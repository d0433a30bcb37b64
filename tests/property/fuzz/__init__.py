"""A long search for inputs that a check does not survive: `python -m tests.property.fuzz`."""
