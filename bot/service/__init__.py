"""The running service: its parts, how they are put together, its clock and log."""
