"""What is told after grading: feedback pages for students, and a report on the class for the instructor."""
