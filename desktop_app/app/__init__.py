"""The composition root: the only room that builds objects and wires them together."""

from desktop_app.app.start import build_window, run_window, save_screenshot

__all__ = ["build_window", "run_window", "save_screenshot"]
