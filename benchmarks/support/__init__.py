"""What several benchmarks and tests stand on: the hub as a child process, and a bad network."""
