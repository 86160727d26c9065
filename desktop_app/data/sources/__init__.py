"""Sources: where samples to train on come from. A room of its own; Keras is not needed here."""
