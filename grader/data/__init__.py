"""The data sets: their catalogue, and the verified downloads of the real ones."""
