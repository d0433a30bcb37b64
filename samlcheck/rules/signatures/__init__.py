"""Rules on XML signatures, in metadata and in messages."""
