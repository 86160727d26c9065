"""The run: a training is started, held, ended and watched here."""
