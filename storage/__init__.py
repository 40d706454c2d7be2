"""What the hub remembers: tables, one repository per aggregate, the search index."""
