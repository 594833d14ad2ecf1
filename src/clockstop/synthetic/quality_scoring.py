"""How well the data-quality rules find what was planted in a made-up group: precision and recall, fault by fault.

Truth is plain: what `clockstop synthesise` wrote of each fault beside the extracts (truth/TRUST/faults.parquet and the faults
of families beside it).
A fault is found where its record fails a rule that names it (`QualityRule.planted_as`). Of a rule's failures those are right that
have a fault which the rule names. Neither way count the records that have a fault of another kind, and those that a fault beside
them brought about: their evidence names a faulty record, or a faulty record of the same patient fails the same rule (of two stays
that overlap both fail, and nothing says which is wrong).
"""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pyarrow.parquet as pq

from clockstop.errors import UnknownName
from clockstop.rules.quality import QualityRule, quality_rules
from clockstop.store import snapshots
from clockstop.store.home import Home
from clockstop.synthetic.fault_kinds import FAULTS

# A trust, a dataset and a record.
Record = tuple[str, str, str]
# A fault, its dataset, the reason for which intake sets it aside (empty: it loads), and its column.
Fault = tuple[str, str, str, str]
# A failure: its record, the dataset and rule, its evidence, and the patient's hospital number where it is known.
Failure = tuple[Record, tuple[str, str], str, str | None]
# What stands twice is found in the copy: what the copy's identifier ends on.
_COPIES = {fault.kind: fault.copy for fault in FAULTS}


@dataclass(frozen=True, kw_only=True)
class FaultScore:
    """The score of one kind of fault in one dataset: `precision` is that of the rules that should find it, together."""

    fault: str
    dataset: str
    rules: tuple[str, ...]
    planted: int
    found: int
    flagged: int
    right: int

    @property
    def recall(self) -> float | None:
        """The share of what was planted that a rule found; None where nothing was."""
        return self.found / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """The share of what the rules flagged that was planted; None where they flagged nothing, or no rule should find it."""
        return self.right / self.flagged if self.flagged else None


def snapshot_scores(home: Home, truth: Path) -> tuple[FaultScore, ...]:
    """The score of every fault that was planted in the trusts of the home, against the current snapshot."""
    current = snapshots.current_manifest(home)
    failures = list(_failures(home, current.id))
    failed: dict[tuple[str, str], set[Record]] = defaultdict(set)
    for record, rule, _, _ in failures:
        failed[rule].add(record)
    truths = planted(truth, current.trusts)
    return scores(truths, failed, brought_about(failures, set().union(*truths.values())))


def _failures(home: Home, snapshot: str) -> Iterator[Failure]:
    names = ["trust", "dataset", "rule", "record", "evidence", "local_patient_identifier"]
    for file in snapshots.table_files(home, snapshot, "quality_issues"):
        rows = pq.read_table(file, columns=names, partitioning=None)
        for trust, dataset, rule, record, evidence, local in zip(*(rows[name].to_pylist() for name in names), strict=True):
            yield (trust, dataset, record or ""), (dataset, rule), evidence or "", local


def brought_about(failures: Collection[Failure], faulty: Collection[Record]) -> dict[tuple[str, str], set[Record]]:
    """By dataset and rule, the records without a fault whose failure a faulty record explains."""
    names = {(trust, part) for trust, _, record in faulty for part in record.split("|")}
    beside = {(record[0], rule, local) for record, rule, _, local in failures if local and record in faulty}
    found: dict[tuple[str, str], set[Record]] = defaultdict(set)
    for record, rule, evidence, local in failures:
        is_named = any((record[0], word) in names for word in evidence.split())
        if record not in faulty and (is_named or (record[0], rule, local) in beside):
            found[rule].add(record)
    return found


def planted(truth: Path, trusts: Collection[str]) -> dict[Fault, set[Record]]:
    """The records of each fault and dataset in these trusts; UnknownName where the folder has no truth of any."""
    files = sorted(file for file in truth.glob("*/*faults.parquet") if file.parent.name in trusts)
    if not files:
        raise UnknownName(
            f"There is no truth in {truth} of a trust that this home has.",
            where=f"It has no TRUST/faults.parquet of {', '.join(sorted(trusts))}.",
            do="Name the folder truth/ that clockstop synthesise wrote for them.",
        )
    found: dict[Fault, set[Record]] = defaultdict(set)
    for file in files:
        rows = pq.read_table(file, partitioning=None).to_pylist()
        # A family sends everything anew: the faults of an earlier delivery are gone with it.
        last = max((row["as_of"] for row in rows if "as_of" in row), default=None)
        for row in (row for row in rows if row.get("as_of") == last):
            fault = (row["fault"], row["dataset"], row["reason"] or "", row["column"] or "")
            record = row["record_identifier"] + _COPIES.get(row["fault"], "")
            found[fault].add((file.parent.name, row["dataset"], record))
    return found


def scores(
    planted: Mapping[Fault, set[Record]],
    failed: Mapping[tuple[str, str], Iterable[Record]],
    brought: Mapping[tuple[str, str], set[Record]] | None = None,
) -> tuple[FaultScore, ...]:
    """Each fault's score, in the order of datasets and faults; `failed` and `brought` have the records by dataset and rule."""
    faulty: set[Record] = set().union(*planted.values())
    by_rule = {rule.name: set().union(*(planted[fault] for fault in planted if _should_find(rule, fault))) for rule in _rules()}
    found = []
    for name, dataset in sorted({fault[:2] for fault in planted}, key=lambda one: one[::-1]):
        kinds = [fault for fault in planted if fault[:2] == (name, dataset)]
        records = set().union(*(planted[fault] for fault in kinds))
        rules = [rule for rule in _rules() if any(_should_find(rule, fault) for fault in kinds)]
        right = set().union(*(by_rule[rule.name] for rule in rules))
        flagged: set[Record] = set().union(*(set(failed.get((dataset, rule.slug), ())) for rule in rules))
        # What one of the rules brought about stays a failure where another has no such excuse.
        excused = [set((brought or {}).get((dataset, rule.slug), ())) for rule in rules]
        plain = [set(failed.get((dataset, rule.slug), ())) - aside for rule, aside in zip(rules, excused, strict=True)]
        aside = set().union(*excused) - set().union(*plain)
        found.append(
            FaultScore(
                fault=name, dataset=dataset, rules=tuple(rule.slug for rule in rules), planted=len(records),
                found=len(records & flagged), flagged=len(flagged - (faulty - right) - (aside - right)),
                right=len(flagged & right),
            )
        )  # fmt: skip
    return tuple(found)


def _rules() -> tuple[QualityRule, ...]:
    return tuple(quality_rules().values())


def _should_find(rule: QualityRule, fault: Fault) -> bool:
    """Whether the rule names the fault, or counts the reason for which intake sets its rows aside."""
    name, dataset, reason, column = fault
    # A check between two columns names one of them; the fault may have been planted in the other.
    is_of_checks = rule.slug == "contradicts_itself" and reason in {code for code, _ in rule.reasons}
    is_at_door = bool(reason) and ((reason, column) in rule.reasons or is_of_checks)
    return rule.dataset == dataset and (name in rule.planted_as or is_at_door)


def write_scores(found: Iterable[FaultScore], handle: TextIO) -> None:
    """Write the scores as CSV; a blank where there is nothing to divide by."""
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(("dataset", "fault", "rules", "planted", "found", "flagged", "right", "precision", "recall"))
    for one in found:
        shares = ("" if share is None else f"{share:.4f}" for share in (one.precision, one.recall))
        writer.writerow([one.dataset, one.fault, " ".join(one.rules), one.planted, one.found, one.flagged, one.right, *shares])
