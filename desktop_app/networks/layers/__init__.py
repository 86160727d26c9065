"""What the layers of a network compute: forwards, backwards, and one value at a time. Numpy only."""
