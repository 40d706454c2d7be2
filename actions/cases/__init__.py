"""Requests to experts: one is asked after another, until two people agree to meet."""
