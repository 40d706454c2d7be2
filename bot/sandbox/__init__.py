"""What `ilan-hub demo` and the tests on a real homeserver stand on."""
