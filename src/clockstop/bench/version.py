"""How long `clockstop --version` takes, beside a Python that does nothing."""

import subprocess
import sys
from pathlib import Path

from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter

TIMES = 9


def prepare(folder: Path, size: int) -> None:
    """Nothing to make."""


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of the command, to those of an empty Python."""
    meter.interleaved(lambda: _run(_command()), lambda: _run([sys.executable, "-c", "pass"]), times=TIMES)
    seconds = meter.wall("job")
    return Figures(seconds=seconds, peak_mb=_peak_mb(), ratio=seconds / meter.wall("floor"), notes=[meter.note()])


def _command() -> list[str]:
    script = Path(sys.executable).with_name("clockstop")
    if script.is_file():
        return [str(script), "--version"]
    return [sys.executable, "-c", "from clockstop.cli.main import run; run(['--version'])"]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _peak_mb() -> float:
    """The highest memory of a child: the command's, which imports more than the empty Python."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
