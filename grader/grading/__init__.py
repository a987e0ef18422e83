"""Execute submitted notebooks, judge what they recorded, and record the marks."""
