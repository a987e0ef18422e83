"""The parts that `grader.check` is made of."""
