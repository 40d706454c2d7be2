"""Reproducible figures, each with its limit in the same run."""
