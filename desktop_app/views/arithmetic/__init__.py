"""One value's arithmetic as a sentence: where it looks, what is computed, what comes out."""
