"""Spark on this machine for chapter 29: a Java, a quiet session, and Scala compiled with what the wheels hold."""
