"""Rules on protocol messages and assertions."""
