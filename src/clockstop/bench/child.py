"""One half of a job in a process of its own: `python -m clockstop.bench.child prepare|measure JOB SIZE FOLDER`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from clockstop.bench import jobs
from clockstop.bench.meter import Meter

RESULT = "figures.json"


def main(arguments: list[str]) -> None:
    """Make the data, or measure the job over them and leave its figures in the folder."""
    half, name, size, folder = arguments
    job = jobs.named(name).load()
    if half == "prepare":
        job.prepare(Path(folder), int(size))
        return
    figures = job.measure(Path(folder), int(size), Meter())
    (Path(folder) / RESULT).write_text(json.dumps(asdict(figures)))


if __name__ == "__main__":
    sys.stdout = sys.stderr
    main(sys.argv[1:])
