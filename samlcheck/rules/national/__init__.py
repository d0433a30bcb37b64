"""Rules of single federations: each is off, and a profile enables it."""
