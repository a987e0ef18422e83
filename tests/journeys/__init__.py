"""Journeys: each begins where a person begins, with the README's commands in an empty home directory, and adds nothing.

A journey writes no configuration, makes no folder that the person would not make, sets no variable but HOME and calls
nothing of the package: it types commands and looks at what they print, and uses a real browser where a person would.
"""
