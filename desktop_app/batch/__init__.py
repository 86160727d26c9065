"""Reading of many files as a stream, without Qt."""
