"""How a finished run answers to samples that it never saw."""
