"""TensorFlow by Exercise: checks for students, grading for instructors."""
