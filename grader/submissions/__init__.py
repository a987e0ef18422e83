"""One submission: read as it was handed in, put right, its cells known."""
