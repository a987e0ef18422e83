"""What a person types: `cli` wires the command line, and each command that is more than a call has a file."""
