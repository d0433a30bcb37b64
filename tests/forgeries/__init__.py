"""Forged messages, each built from a good signed one with the tests' own keys."""
