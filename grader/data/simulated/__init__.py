"""The programs that the simulated sets are made by; every draw rests on a seed."""
