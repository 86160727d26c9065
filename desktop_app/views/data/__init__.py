"""The data that a recipe learns from: its sources, how they are shared out, samples and their variety."""
