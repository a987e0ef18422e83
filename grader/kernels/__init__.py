"""Warm kernels: a process that has imported TensorFlow forks a ready kernel, into a sandbox if asked."""
