"""A student's progress: kept in a file, shown, carried elsewhere as a code; and the list of the course's contents."""

from grader.progress.kept import code, follow, restore, show

__all__ = ["code", "follow", "restore", "show"]
