"""The jobs that are measured from the first day: their sizes, their bars, and those that are not built yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol

from clockstop.bench.meter import Meter
from clockstop.errors import UnknownName, UserError


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a job gave: `ratio` is to the floor or peer of the same run, and `notes` are for people, on the error stream."""

    seconds: float
    peak_mb: float
    ratio: float
    notes: list[str] = field(default_factory=list)


class Measured(Protocol):
    """What a job's file holds."""

    prepare: Callable[[Path, int], None]
    measure: Callable[[Path, int, Meter], Figures]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job: `size` counts `unit`, `quick` is the size of `make bench`, and `bar` is what it must reach."""

    name: str
    title: str
    unit: str
    size: int
    quick: int
    bar: str
    against: str
    module: str = ""
    comes_with: str = ""

    def load(self) -> Measured:
        """The job's own file; UserError where it is not built yet."""
        if not self.module:
            raise UserError(
                f"The job {self.name} is not built yet.",
                where=f"It measures: {self.title}.",
                do=f"It comes with issue {self.comes_with}. Built now: {', '.join(built())}.",
            )
        return import_module(f"clockstop.bench.{self.module}")  # type: ignore[return-value]


JOBS = (
    Job(
        name="rtt-clocks", title="RTT clocks from stored events", unit="events", size=60_000_000, quick=10_000_000,
        bar="at most 2.0, under 1 GB", against="DuckDB's bare scan of the same columns", module="rtt_clocks",
    ),
    Job(
        name="intake", title="Intake of events: checked, sorted and stored", unit="rows of CSV", size=10_000_000, quick=2_000_000,
        bar="at most 3", against="DuckDB's read_csv of the same file into Parquet", module="intake",
    ),
    Job(
        name="weekly-series", title="130 weekly snapshots of every RTT measure and cut", unit="events",
        size=10_000_000, quick=2_000_000, bar="at most 5", against="the clocks of the same events", module="weekly_series",
    ),
    Job(
        name="refresh", title="Nightly refresh of a four-trust group, then with 1 % of pathways changed", unit="events",
        size=10_000_000, quick=400_000, bar="under 60 s; with 1 % changed at most 0.2", against="the full refresh",
        module="refresh",
    ),
    Job(
        name="spc", title="SPC limits, rules and icons", unit="series of 36 points", size=100_000, quick=100_000,
        bar="under 2 s", against="numpy's bare means and moving ranges (a peer: 1,000 series in 1.9 s)", module="spc",
    ),
    Job(
        name="simulation", title="Waiting-list simulation, 1,000 replications of 5 years", unit="referrals a week",
        size=500, quick=500, bar="under 10 s", against="a peer: one replication in 99 s", comes_with="H, planning",
    ),
    Job(
        name="ptl", title="A page of the waiting list, 50 users, each a page every 5 s", unit="open pathways",
        size=250_000, quick=250_000, bar="at most 1", against="150 ms, for the slowest page in 20", module="ptl",
    ),
    Job(
        name="version", title="clockstop --version", unit="", size=1, quick=1,
        bar="under 0.3 s", against="an empty Python", module="version",
    ),
)  # fmt: skip


def built() -> list[str]:
    """The names of the jobs that can be run."""
    return [job.name for job in JOBS if job.module]


def named(name: str) -> Job:
    """The job of that name."""
    for job in JOBS:
        if job.name == name:
            return job
    raise UnknownName(f"There is no job {name!r}.", do="Name one of: " + ", ".join(job.name for job in JOBS) + ".")
