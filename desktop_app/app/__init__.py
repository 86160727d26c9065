"""The application: builds all objects and connects them."""

from desktop_app.app.start import build_window, run_window, save_screenshot

__all__ = ["build_window", "run_window", "save_screenshot"]
