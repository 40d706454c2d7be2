"""Stand-ins that are faster than what they stand for, so that a limit of the hub's own shows."""
