"""What may be done, by whom, and with what consequence; chat, clock and operator call the same."""
