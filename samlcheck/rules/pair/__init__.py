"""Rules on an SP and an IdP that shall work together."""
