"""Looking inside a network: feature-map mosaics and their colours. Numpy only."""
