"""How child processes are started on every system."""

from __future__ import annotations

import subprocess

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Value of `creationflags`: no console window on Windows, nothing elsewhere."""
