"""From the authors' text files to notebooks: what `grader build` does."""
