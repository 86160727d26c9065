"""Opens damaged files of every kind in worker processes and counts the outcomes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.fuzz.file_worker import FAILED, MEMORY, SECONDS
from tests.fuzz.readers import KINDS

_ROOT = Path(__file__).parents[2]


def fuzz_files(count: int, seed: int, keep: Path, only: str) -> int:
    """Open damaged files and print the outcomes for each kind.

    Args:
        count: number of files of each kind.
        seed: of the first file; the others have the following ones.
        keep: folder for the files that failed.
        only: name of a kind; empty: all kinds.

    Returns:
        1 if a file caused anything but an answer or a user error, else 0.
    """
    print(f"Limits: {SECONDS} s and {MEMORY // 1_000_000} MB more than at the start.")
    failures = 0
    for kind in KINDS:
        if only in ("", kind.name):
            outcomes = _fuzz(kind.name, count, seed, keep)
            failures += outcomes[FAILED]
            print(
                f"{kind.name}:", ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items())), flush=True
            )
    return int(failures > 0)


def _fuzz(kind: str, count: int, seed: int, keep: Path) -> Counter[str]:
    """Return the outcomes of one kind; start another process after one that crashed."""
    outcomes: Counter[str] = Counter()
    seen: set[str] = set()
    end = seed + count
    while seed < end:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        done, errors = _run(kind, seed, end, folder)
        for outcome, detail in done:
            outcomes[outcome] += 1
            if outcome == FAILED:
                _report(kind, seed, detail, folder, keep, seen)
            seed += 1
        if seed < end:
            outcomes[FAILED] += 1
            _report(kind, seed, f"The process ended.\n{errors[-3000:]}", folder, keep, seen)
            seed += 1
        shutil.rmtree(folder, ignore_errors=True)
    return outcomes


def _run(kind: str, start: int, end: int, folder: Path) -> tuple[list[tuple[str, str]], str]:
    """Run a worker; return the outcome and detail of each file, and what it printed as errors."""
    command = [sys.executable, "-P", "-m", "tests.fuzz.file_worker", kind, str(start), str(end), str(folder)]
    home = folder / "home"
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(_ROOT), "HOME": str(home)}
    environment |= {f"XDG_{name}_HOME": str(home / name) for name in ("CONFIG", "DATA", "CACHE")}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("[")]
    return [(outcome, detail) for outcome, detail in lines], f"exit code {result.returncode}\n{result.stderr}"


def _report(kind: str, seed: int, detail: str, folder: Path, keep: Path, seen: set[str]) -> None:
    """Print a failure, and keep its file, unless there was one like it."""
    cause = detail.strip().splitlines()[-1] if detail.strip() else ""
    if cause in seen:
        return
    seen.add(cause)
    print(f"--- {kind}, seed {seed}:\n{detail}", flush=True)
    target = keep / f"{kind.replace(', ', '-').replace(' ', '-')}-{seed}"
    target.mkdir(parents=True, exist_ok=True)
    failed = folder / "failed" / str(seed)
    for path in failed.iterdir() if failed.exists() else ():
        shutil.copy(path, target)
