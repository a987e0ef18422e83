"""Submissions that try to earn what they should not, and honest ones that look odd, through the real pipeline."""
