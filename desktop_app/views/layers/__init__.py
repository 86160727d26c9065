"""The network as a row of layers."""
