"""Scores of rankings and of answers, and how sure we may be of their means."""
