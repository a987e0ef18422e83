"""`python -m grader`: the `grader` command."""

from grader.commands.cli import main

main()
