"""Rules on what changes from one version of metadata to the next."""
