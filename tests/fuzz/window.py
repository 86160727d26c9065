"""Uses the real window at random in one process after the other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.fuzz.session import LOG, REPORT

_EVENTS = 20_000
"""Events of one process."""
_TIMEOUT = 3 * 3600
_LAST_EVENTS = 200


def fuzz_window(events: int, seed: int, keep: Path, options: tuple[str, ...] = ()) -> int:
    """Use the window at random and print counts and problems.

    Args:
        events: total number of events.
        seed: of the first process; the others have the following ones.
        keep: folder for the event logs of processes that crashed or had problems, and for their core dumps.
        options: of `tests.fuzz.session`.

    Returns:
        1 if there was a crash or a problem, else 0.
    """
    counts: Counter[str] = Counter()
    while counts["events"] < events:
        start = time.monotonic()
        before = counts["events"]
        _run(min(_EVENTS, events - before), seed, keep, counts, options)
        if counts["events"] == before:
            print("The window did not open.")
            return 1
        counts["seconds"] += round(time.monotonic() - start)
        print(f"seed {seed}:", ", ".join(f"{n} {name}" for name, n in counts.items()), flush=True)
        seed += 1
    return int(counts["crashes"] > 0 or counts["problems"] > 0)


def _run(events: int, seed: int, keep: Path, counts: Counter[str], options: tuple[str, ...]) -> None:
    """Run one process; count what it did."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    command = [sys.executable, "-P", "-m", "tests.fuzz.session", str(folder), str(events), str(seed)]
    command += options
    with (folder / "stderr.txt").open("wb") as errors:
        # The process leaves a dump of its memory in the folder in which it runs, if the system allows it.
        code = subprocess.run(
            command,
            env=_environment(folder),
            cwd=folder,
            stdout=errors,
            stderr=errors,
            timeout=_TIMEOUT,
            check=False,
        ).returncode
    report = _report(folder)
    lines = (folder / LOG).read_text(encoding="utf-8").splitlines() if (folder / LOG).exists() else []
    counts["events"] += report.get("events", len(lines))
    counts.update(report.get("counts", {}))
    counts["processes"] += 1
    problems = report.get("problems", {})
    counts["problems"] += sum(problems.values())
    for problem, count in problems.items():
        print(f"--- {count} times:\n{problem}")
    if code or not report:
        counts["crashes"] += 1
        print(f"--- exit code {code}; the last events:", *lines[-_LAST_EVENTS:], sep="\n")
        print((folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")[-20_000:])
    if code or not report or problems:
        keep.mkdir(parents=True, exist_ok=True)
        for name in (LOG, REPORT, "stderr.txt", *(path.name for path in folder.glob("core*"))):
            if (folder / name).exists():
                shutil.copy(folder / name, keep / f"{seed}-{name}")
    shutil.rmtree(folder, ignore_errors=True)


def _report(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of a user without files; glibc overwrites freed memory."""
    home = folder / "home"
    home.mkdir()
    temporary = folder / "tmp"
    temporary.mkdir()
    changes = {
        name: str(home / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    }
    changes |= {"HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(temporary)}
    changes |= {
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "",
        "MALLOC_PERTURB_": "165",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return {"QT_QPA_PLATFORM": "offscreen", **os.environ, **changes}
