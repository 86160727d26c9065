"""Model cards, the model library, the network, the verdict."""
