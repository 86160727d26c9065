"""One process of the file fuzzer: damages files of one kind and opens them."""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from desktop_app.core.errors import UserError, printable
from tests.fuzz.mutations import mutated
from tests.fuzz.readers import Kind, kind_of

ACCEPTED, USER_ERROR, FAILED = "accepted", "user errors", "failed"
SECONDS = 60
"""Longest time for one file; generous because the machine may be busy."""
MEMORY = 1_500_000_000
"""Most bytes of address space for one file."""
_LONGEST_SENTENCE = 200


def main() -> int:
    """Print the outcome of each file as a JSON array."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind")
    parser.add_argument("start", type=int)
    parser.add_argument("end", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    kind = kind_of(options.kind)
    examples = options.folder / "examples"
    examples.mkdir()
    contents = [path.read_bytes() for path in kind.write(examples)]
    for number, content in enumerate(contents):
        outcome, detail = _open(kind, content, options.folder)
        if outcome != ACCEPTED:
            print(f"example {number} is not accepted: {detail}", file=sys.stderr)
            return 1
    _limit_memory()
    warnings.simplefilter("error")
    for seed in range(options.start, options.end):
        rng = random.Random(seed)
        data = mutated(rng.choice(contents), rng)
        kept = options.folder / "failed" / str(seed)
        kept.mkdir(parents=True)
        (kept / kind.file).write_bytes(data)
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        outcome, detail = _open(kind, data, options.folder)
        faulthandler.cancel_dump_traceback_later()
        if outcome != FAILED:
            shutil.rmtree(kept)
        print(json.dumps([outcome, detail]), flush=True)
    return 0


def _limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def _open(kind: Kind, data: bytes, folder: Path) -> tuple[str, str]:
    """Return the outcome of opening a file with this content, and details of a failure."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary, kind.file)
        path.write_bytes(data)
        start = time.process_time()
        try:
            kind.read(path)
        except UserError as error:
            problem = _problem(str(error))
            return (FAILED, problem) if problem else (USER_ERROR, "")
        except BaseException:  # noqa: BLE001 (every other exception is what is searched for)
            return FAILED, traceback.format_exc()
        seconds = time.process_time() - start
        return (FAILED, f"{seconds:.0f} s of processor time") if seconds > SECONDS / 3 else (ACCEPTED, "")


def _problem(sentence: str) -> str:
    """Return what is wrong with the sentence of a user error; empty if nothing is."""
    if not sentence.endswith("."):
        return f"no full stop: {sentence}"
    if len(sentence) > _LONGEST_SENTENCE:
        return f"{len(sentence)} characters: {sentence}"
    return "" if sentence == printable(sentence) else f"not printable: {sentence!r}"


if __name__ == "__main__":
    sys.exit(main())
