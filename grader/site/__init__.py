"""The course as a web site: executed chapters, exercises without solutions, and the pages around them."""
