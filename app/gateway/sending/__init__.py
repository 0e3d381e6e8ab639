"""Telling followers what is due to them: by which channel, how fast, and never twice."""
