"""A trained model in a web page: what TensorFlow.js reads, and a page to draw in."""
