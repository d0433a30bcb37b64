"""Broken logins over several products, each with a planted cause that the diagnosis has to find."""
