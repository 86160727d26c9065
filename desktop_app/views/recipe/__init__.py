"""The recipe: how a network is trained, as a form."""
