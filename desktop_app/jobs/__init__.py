"""Background work for a Qt program: latest-wins requests and single jobs."""
