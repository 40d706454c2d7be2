"""The homeserver: the only package that imports matrix-nio."""
