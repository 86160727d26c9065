"""Pages of the Help menu and about models."""
