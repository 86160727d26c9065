"""Start times: to a window that accepts ink, to the first reading, and of command line processes.

The processes alternate with a script that uses TensorFlow for the same image, so that the load of the machine
affects both.
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
"""Required speed-up of a process compared to TensorFlow."""


def draw_seven(path: Path) -> None:
    """Save an image of a seven."""
    image = Image.new("L", (150, 180), 255)
    ImageDraw.Draw(image).line([(30, 30), (110, 30), (60, 150)], fill=0, width=14, joint="curve")
    image.save(path)


def run(*arguments: str) -> tuple[float, str]:
    """Run Python with arguments; return the start time on the monotonic clock and the output."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "TF_CPP_MIN_LOG_LEVEL": "3"}
    # Compiled modules are cached between starts, as for users.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.monotonic()
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        raise RuntimeError(process.stderr)
    return started, process.stdout


def seconds(*arguments: str) -> float:
    """Return the duration of a process."""
    started, _ = run(*arguments)
    return time.monotonic() - started


def window_times() -> tuple[float, float]:
    """Return seconds from process start to a window that accepts ink, and to the first painted reading."""
    started, output = run("-m", "tests.benchmarks.first_stroke")
    accepts_ink, first_reading = map(float, output.split())
    return accepts_ink - started, first_reading - started


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
            times = window_times()
            durations = {name: seconds(*arguments) for name, arguments in commands.items()}
            if turn > 0:  # the first round fills the disk cache
                windows.append(times)
                for name, value in durations.items():
                    whole[name].append(value)
    accepts_ink, first_reading = (median(times) for times in zip(*windows, strict=True))
    typical = {name: median(values) for name, values in whole.items()}
    gain = {name: typical["tensorflow"] / value for name, value in typical.items()}
    figures = [
        Figure("process start to a window that accepts ink", accepts_ink, "s", 0.8),
        Figure("process start to the first painted reading", first_reading, "s", 1.0),
        Figure("recognize one.png, whole process", typical["recognize"], "s"),
        Figure("--screenshot, whole process", typical["screenshot"], "s"),
        Figure("the same image with TensorFlow, whole process", typical["tensorflow"], "s"),
        Figure("recognize is faster by", gain["recognize"], "times", LIMIT, more_is_better=True),
        Figure("--screenshot is faster by", gain["screenshot"], "times", LIMIT, more_is_better=True),
    ]
    report(f"Start, medians of {chosen.rounds}", figures, chosen.json)


if __name__ == "__main__":
    main()
