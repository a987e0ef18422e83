"""JupyterLab as the course brings it: its settings and start, the Validate button, what `grader doctor` sees."""
