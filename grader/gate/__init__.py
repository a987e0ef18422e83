"""The authors' gate: the rules that a topic keeps, and the runs that prove its exercises."""
