"""What the hub is measured beside, the hub as a peer of theirs, and who asks them all."""
