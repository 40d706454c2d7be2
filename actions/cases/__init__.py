"""Requests to experts: a few are asked at a time, until two people agree to meet."""
