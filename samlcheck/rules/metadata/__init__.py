"""Rules on metadata documents."""
