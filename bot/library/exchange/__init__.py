"""The library in and out of the hub, as files of several formats."""
