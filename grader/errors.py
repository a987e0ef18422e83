"""Errors that a person can act on: one sentence, and what to do next."""

from __future__ import annotations


class CourseError(Exception):
    """Something in the course's own files is wrong; the message names the file, the line if known, and the remedy."""


class UsageError(Exception):
    """A command was called in a way that cannot work; the message says how to call it."""


class NotebookError(Exception):
    """A file that should be a notebook is none; the message says which, and how to get it back."""
