"""Reads a folder with two workers of Dask and prints the rows as JSON; "kill" as last argument kills one."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import msgspec
from distributed import Client, LocalCluster

from desktop_app.batch.find_sources import find_sources
from desktop_app.batch.model_choice import ModelChoice
from desktop_app.batch.read_files import read_in_processes
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card


def main() -> None:
    """Read and print."""
    folder = find_model("digits")
    model = ModelChoice(folder, read_card(folder).sha256)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        rows = read_in_processes(client.get_executor(), model, find_sources([Path(sys.argv[1])]))
        read = [next(rows)]
        if sys.argv[-1] == "kill":
            os.kill(client.run(os.getpid).popitem()[1], signal.SIGKILL)
        read += rows
    sys.stdout.buffer.write(msgspec.json.encode(read))


if __name__ == "__main__":
    main()
