"""The paper: ink under pen, mouse, finger and keyboard, and what lies over it."""
