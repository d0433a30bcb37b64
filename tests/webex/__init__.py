"""The worked example docs/examples/webex: its documents, and each step of setting it up."""
