"""How many records each rule judged and how many failed, by month and place, from counts of groups and the records that failed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.intake.quality_rows import PLACES
from clockstop.rules.quality import QualityRule

BY = ("month", *PLACES)
SOURCE_PLACE = "source_place"
SCHEMA = pa.schema(
    {"dataset": pa.string(), "rule": pa.string(), "kind": pa.string(), **dict.fromkeys(BY, pa.string()), "judged": pa.int64(),
     "failed": pa.int64(), "at_door": pa.int64(), "why_not_judged": pa.string()}
)  # fmt: skip
Numbers = NDArray[np.int64]


def counts(groups: pa.Table, issues: pa.Table, judged: Mapping[str, str]) -> pd.DataFrame:
    """By rule, month and place: `judged`, `failed`, `at_door`.

    `groups` has a row a month and place, and a column of each number that `judged` names for a rule. A place of source is told only
    of rules that some record of it fails: elsewhere it is ''. Rows at the door are judged nowhere else.
    """
    told = pd.concat([groups.select(list(BY)).to_pandas(), issues.select(list(BY)).to_pandas()], ignore_index=True)
    told[SOURCE_PLACE] = told[SOURCE_PLACE].fillna("")
    whole, place = _codes(told, [name for name in BY if name != SOURCE_PLACE]), _codes(told, [SOURCE_PLACE])
    rules = issues["rule"].to_numpy(zero_copy_only=False)
    at_door = issues["is_at_door"].to_numpy(zero_copy_only=False).astype(bool)
    numbers = {column: groups[column].to_numpy(zero_copy_only=False).astype(np.int64) for column in set(judged.values())}
    parts = []
    for rule, column in judged.items():
        failed = np.flatnonzero(rules == rule)
        parts.append(_of_rule(whole, place, numbers[column], groups.num_rows + failed, at_door[failed]))
    if not parts:
        return pd.DataFrame()
    rows, is_told, *values = (np.concatenate(column) for column in zip(*parts, strict=True))
    found = told.iloc[rows].reset_index(drop=True)
    found[SOURCE_PLACE] = found[SOURCE_PLACE].where(is_told, "")
    names = np.repeat(np.array(list(judged), object), [len(part[0]) for part in parts])
    return found.assign(rule=names, **dict(zip(("judged", "failed", "at_door"), values, strict=True)))


def _codes(rows: pd.DataFrame, names: Sequence[str]) -> Numbers:
    """A number for each row: the same where these columns are."""
    return rows.groupby(list(names), dropna=False, sort=False).ngroup().to_numpy() if len(rows) else np.empty(0, np.int64)


def _of_rule(
    whole: Numbers, place: Numbers, number: Numbers, failed: Numbers, at_door: NDArray[np.bool_]
) -> tuple[Numbers, NDArray[np.bool_], Numbers, Numbers, Numbers]:
    """Of one rule a row of each month and place, whether its place of source is told, and what was judged, failed, and at the door.

    `number` is what each group judges; `failed` are the places of the failures behind the groups.
    """
    judged = np.flatnonzero(number > 0)
    rows, zeros = np.concatenate([judged, failed]), np.zeros(len(judged), np.int64)
    is_told = np.isin(place[rows], np.unique(place[failed]))
    key = whole[rows] * (int(place.max(initial=0)) + 2) + np.where(is_told, place[rows] + 1, 0)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    values = (
        np.concatenate([number[judged], at_door.astype(np.int64)]),
        np.concatenate([zeros, np.ones(len(failed), np.int64)]),
        np.concatenate([zeros, at_door.astype(np.int64)]),
    )
    summed = (np.bincount(group, weights=value, minlength=len(first)).astype(np.int64) for value in values)
    return (rows[first], is_told[first], *summed)  # type: ignore[return-value]


def counted(rows: pd.DataFrame, dataset: str, kinds: Mapping[str, str]) -> pa.Table:
    """The table of a dataset's counts."""
    if not len(rows):
        return SCHEMA.empty_table()
    told = rows.assign(dataset=dataset, kind=rows["rule"].map(kinds), why_not_judged=None)
    table = pa.Table.from_pandas(told[SCHEMA.names], schema=SCHEMA, preserve_index=False)
    return table.sort_by([(name, "ascending") for name in ("rule", *BY)])


def not_judged(rule: QualityRule, why: str) -> pa.Table:
    """The one row of a rule that could not be judged."""
    said = {"dataset": rule.dataset, "rule": rule.slug, "kind": rule.kind, "why_not_judged": why}
    return pa.Table.from_pylist([said], schema=SCHEMA)
