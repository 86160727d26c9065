"""Data sources: built-in data sets, and readers for files and folders. The package does not need Keras."""
