"""What end-to-end encryption keeps: our device, the devices of others, sessions, what waits."""
