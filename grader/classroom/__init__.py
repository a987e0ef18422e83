"""A class directory: made, opened, collected into, its solutions released."""
