"""The rules, grouped by what they judge, and their registry."""
