"""How well the data-quality flags find what was planted: precision and recall a flag (RTT-R51), in sets of plain identifiers."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.errors import UnknownName
from clockstop.rules.rtt_flags import FLAGS

Record = tuple[str, str]  # the trust and its pathway, or its record
# Flags about the state of a list: states.parquet says which pathways have them. Where a fault was planted in a pathway its state
# is in doubt, and it is scored for the planted flag alone.
STATES = (
    "exact_duplicate",
    "possible_duplicate",
    "no_next_step",
    "planned",
    "validation",
    "priority",
    "monitoring_review",
    "pop_on",
    "status_contradicts",
)
# A pathway that a fault registered twice stands under an identifier of its own beside the first.
SECOND = ("-D", "-")


@dataclass(frozen=True)
class FlagScore:
    """One flag's score. `planted` and `standing` are true, and kept by intake; `set_aside` are planted and stopped at the door.

    `explained`: flagged, and brought about by a fault that another flag should find; neither right nor wrong.
    """

    number: int
    flag: str
    planted: int
    standing: int
    found: int
    flagged: int
    explained: int
    set_aside: int
    set_aside_found: int

    @property
    def recall(self) -> float | None:
        """The share of what is true that was flagged, or stopped at the door; None where nothing is true."""
        true = self.planted + self.standing + self.set_aside
        return (self.found + self.set_aside_found) / true if true else None

    @property
    def precision(self) -> float | None:
        """The share of what was flagged that is true; None where nothing was flagged. What stands at the door is not part of it."""
        flagged = self.flagged - self.explained
        return self.found / flagged if flagged else None


@dataclass
class _Truth:
    planted: dict[str, set[Record]] = field(default_factory=lambda: defaultdict(set))
    also: dict[str, set[Record]] = field(default_factory=lambda: defaultdict(set))
    at_door: dict[str, set[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(set))
    states: dict[str, set[Record]] = field(default_factory=lambda: defaultdict(set))
    faulted: set[Record] = field(default_factory=set)


def scores(
    truth: Path, flagged: Mapping[str, Iterable[Record]], judged: Iterable[str], set_aside: Iterable[tuple[str, str, str]]
) -> tuple[FlagScore, ...]:
    """Each flag's score. `flagged`: by flag, trust and pathway. `set_aside`: trust, record and reason of each row at the door."""
    true, door, known = _read(truth), set(set_aside), set(judged)
    return tuple(_score(flag.number, flag.slug, true, flagged, door) for flag in FLAGS if flag.slug in known)


def _score(
    number: int, slug: str, true: _Truth, flagged: Mapping[str, Iterable[Record]], door: set[tuple[str, str, str]]
) -> FlagScore:
    planted, found = true.planted[slug], {_first(record) for record in flagged.get(slug, ())}
    states = true.states[slug] - true.faulted
    explained = true.also[slug] - planted
    if slug in STATES:
        explained = true.faulted - planted
    return FlagScore(
        number=number, flag=slug, planted=len(planted), standing=len(states), found=len(found & (planted | states)),
        flagged=len(found), explained=len((found & explained) - states), set_aside=len(true.at_door[slug]),
        set_aside_found=len(true.at_door[slug] & door),
    )  # fmt: skip


def _first(record: Record) -> Record:
    return record[0], record[1].replace(*SECOND)


def _read(truth: Path) -> _Truth:
    true = _Truth()
    for row in _rows(truth, "faults.parquet"):
        pathway = (row["trust"], row["patient_pathway_identifier"])
        true.faulted.add(pathway)
        for slug in row["also"].split():
            true.also[slug].add(pathway)
        if row["is_set_aside"]:
            true.at_door[row["flag"]].add((row["trust"], row["record_identifier"], row["reason"]))
            true.also[row["flag"]].add(pathway)
        else:
            true.planted[row["flag"]].add(pathway)
    for row in _rows(truth, "states.parquet"):
        true.states[row["flag"]].add((row["trust"], row["patient_pathway_identifier"]))
    return true


def _rows(truth: Path, name: str) -> list[dict]:
    files = sorted(truth.glob(f"*/{name}"))
    if not files:
        raise UnknownName(
            f"There is no {name} here.", where=str(truth), do="Name the folder truth/ that clockstop synthesise wrote."
        )
    return pa.concat_tables(pq.read_table(file) for file in files).to_pylist()


COLUMNS = (*(item.name for item in fields(FlagScore)), "precision", "recall")


def write_scores(found: Iterable[FlagScore], handle: TextIO) -> None:
    """Write the scores as CSV; a blank where there is nothing to divide by."""
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        shares = ("" if share is None else f"{share:.4f}" for share in (one.precision, one.recall))
        writer.writerow([*astuple(one), *shares])
