"""Logins between real toolkits, on demand."""
