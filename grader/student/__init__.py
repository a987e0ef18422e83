"""What students do in a terminal: check, watch, update, look at a solution."""
