"""What people say to the hub, and what happens then."""
