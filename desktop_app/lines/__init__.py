"""Reading of several characters: pieces of ink, lines, candidates and the best path through them."""
