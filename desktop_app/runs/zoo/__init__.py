"""The zoo: built-in recipes with well-known networks."""
