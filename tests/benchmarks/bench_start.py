"""How fast the program starts: to a window that takes ink, to the first reading, as whole processes.

The whole processes run in turn with a script that reads the same picture with TensorFlow, so that
whatever else the machine does meets both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw

from tests.benchmarks.report import Figure, options, report

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "digits" / "model.keras"
LIMIT = 8.0
"""How many times faster than TensorFlow a whole process should be."""


def draw_seven(path: Path) -> None:
    """Save a picture of a seven."""
    image = Image.new("L", (150, 180), 255)
    ImageDraw.Draw(image).line([(30, 30), (110, 30), (60, 150)], fill=0, width=14, joint="curve")
    image.save(path)


def run(*arguments: str) -> tuple[float, str]:
    """Run Python with these arguments: when it was started, on the monotonic clock, and what it said."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "TF_CPP_MIN_LOG_LEVEL": "3"}
    # A user's Python keeps compiled modules from one start to the next.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return started, done.stdout


def seconds(*arguments: str) -> float:
    """How long a whole process takes."""
    started, _ = run(*arguments)
    return time.monotonic() - started


def window_moments() -> tuple[float, float]:
    """Seconds from process start to a window that takes ink, and to the first painted reading."""
    started, said = run("-m", "tests.benchmarks.first_stroke")
    takes_ink, first_reading = map(float, said.split())
    return takes_ink - started, first_reading - started


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=7)
    with tempfile.TemporaryDirectory() as folder:
        picture, screenshot = Path(folder, "seven.png"), Path(folder, "window.png")
        draw_seven(picture)
        commands = {
            "recognize": ("-m", "desktop_app", "recognize", str(picture)),
            "screenshot": ("-m", "desktop_app", "--screenshot", str(screenshot), str(picture)),
            "tensorflow": ("-m", "tests.benchmarks.with_tensorflow", str(MODEL), str(picture)),
        }
        windows: list[tuple[float, float]] = []
        whole: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(chosen.rounds + 1):
            moments = window_moments()
            taken = {name: seconds(*arguments) for name, arguments in commands.items()}
            if turn > 0:  # the first round only fills the disk's cache
                windows.append(moments)
                for name, value in taken.items():
                    whole[name].append(value)
    takes_ink, first_reading = (median(moments) for moments in zip(*windows, strict=True))
    typical = {name: median(values) for name, values in whole.items()}
    gain = {name: typical["tensorflow"] / value for name, value in typical.items()}
    figures = [
        Figure("process start to a window that takes ink", takes_ink, "s", 0.8),
        Figure("process start to the first painted reading", first_reading, "s", 1.0),
        Figure("recognize one.png, whole process", typical["recognize"], "s"),
        Figure("--screenshot, whole process", typical["screenshot"], "s"),
        Figure("the same picture with TensorFlow, whole process", typical["tensorflow"], "s"),
        Figure("recognize is faster by", gain["recognize"], "times", LIMIT, more_is_better=True),
        Figure("--screenshot is faster by", gain["screenshot"], "times", LIMIT, more_is_better=True),
    ]
    report(f"Start, medians of {chosen.rounds}", figures, chosen.json)


if __name__ == "__main__":
    main()
