"""How seven languages are written, cut into words and stemmed: one way for search and for talk."""
