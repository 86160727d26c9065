"""Test of the memory of the process between allocations."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
import numpy as np
from desktop_app.core.allocation import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        arrays = [np.ones(300_000, np.float32) for _ in range(5)]
        del arrays
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_freed_memory()
faults()
print(faults())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_arrays_use_the_memory_of_earlier_ones() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    # 20 times five arrays of 300 pages.
    assert int(done.stdout) < 3000
