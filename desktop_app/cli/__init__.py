"""The command line: recognize, evaluate, train, the same rooms without a window."""
