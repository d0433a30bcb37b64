"""Rules on a request for a login: what it asks for, and what it must not ask for."""
