"""Training runs: recipes, zoo, run folders, results."""
