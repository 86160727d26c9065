"""Random tests: `python -m tests.fuzz files`, `… window` and `… panels`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fuzz.files import fuzz_files
from tests.fuzz.window import fuzz_window


def main() -> int:
    """Run a fuzzer; return 1 if it found a problem."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the first process")
    parser.add_argument("--keep", type=Path, default=Path("fuzz"), help="folder for what failed")
    kinds = parser.add_subparsers(dest="kind", required=True)
    files = kinds.add_parser("files", help="open damaged files of every kind")
    files.add_argument("--count", type=int, default=1000, help="files of each kind")
    files.add_argument("--only", default="", help="a kind of files")
    window = kinds.add_parser("window", help="use the window at random")
    panels = kinds.add_parser("panels", help="drag panels, tabs and borders of a window without a network")
    for each in (window, panels):
        each.add_argument(
            "--events", type=int, default=20_000, help="mouse, key and pen events, and commands"
        )
    for each in (files, window, panels):
        each.add_argument("--seed", type=int, default=argparse.SUPPRESS, help="of the first process")
        each.add_argument("--keep", type=Path, default=argparse.SUPPRESS, help="folder for what failed")
    options = parser.parse_args()
    if options.kind == "files":
        return fuzz_files(options.count, options.seed, options.keep, options.only)
    own = ("--panels",) if options.kind == "panels" else ()
    return fuzz_window(options.events, options.seed, options.keep, own)


if __name__ == "__main__":
    sys.exit(main())
