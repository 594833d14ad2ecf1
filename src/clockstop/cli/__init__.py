"""What operators type: one file a command, found by listing this folder."""
