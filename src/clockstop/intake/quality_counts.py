"""How many records each rule judged and how many failed, by month and place, from counts of groups and the records that failed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.intake.quality_rows import PLACES
from clockstop.rules.quality import QualityRule

BY = ("month", *PLACES)
SOURCE_PLACE = "source_place"
SCHEMA = pa.schema(
    {"dataset": pa.string(), "rule": pa.string(), "kind": pa.string(), **dict.fromkeys(BY, pa.string()), "judged": pa.int64(),
     "failed": pa.int64(), "at_door": pa.int64(), "why_not_judged": pa.string()}
)  # fmt: skip
NUMBERED = pa.schema([SCHEMA.field(name) for name in ("rule", *BY, "judged", "failed", "at_door")])
Numbers = NDArray[np.int64]


def counts(groups: pa.Table, issues: pa.Table, judged: Mapping[str, str]) -> pa.Table:
    """By rule, month and place: `judged`, `failed`, `at_door`.

    `groups` has a row a month and place, and a column of each number that `judged` names for a rule. A place of source is told only
    of rules that some record of it fails: elsewhere it is ''. Rows at the door are judged nowhere else.
    """
    told = pa.concat_tables([groups.select(list(BY)), issues.select(list(BY))]).combine_chunks()
    places = told.column_names.index(SOURCE_PLACE)
    told = told.set_column(places, SOURCE_PLACE, pc.fill_null(told[SOURCE_PLACE], ""))
    by_name = told.to_pandas()
    whole, place = _codes(by_name, [name for name in BY if name != SOURCE_PLACE]), _codes(by_name, [SOURCE_PLACE])
    at_door = issues["is_at_door"].to_numpy(zero_copy_only=False).astype(bool)
    failed_of = _places_by_value(issues["rule"].to_numpy(zero_copy_only=False))
    numbers = {column: groups[column].to_numpy(zero_copy_only=False).astype(np.int64) for column in set(judged.values())}
    none = np.empty(0, np.intp)
    parts = []
    for rule, column in judged.items():
        failed = failed_of.get(rule, none)
        parts.append(_of_rule(whole, place, numbers[column], groups.num_rows + failed, at_door[failed]))
    if not parts:
        return NUMBERED.empty_table()
    rows, is_told, *values = (np.concatenate(column) for column in zip(*parts, strict=True))
    found = pa.table({name: told[name].dictionary_encode().take(pa.array(rows)).cast(pa.string()) for name in BY})
    found = found.set_column(places, SOURCE_PLACE, pc.if_else(pa.array(is_told), found[SOURCE_PLACE], ""))
    of_rule = np.repeat(np.arange(len(judged), dtype=np.int32), [len(part[0]) for part in parts])
    names = pa.DictionaryArray.from_arrays(pa.array(of_rule), pa.array(list(judged), pa.string())).cast(pa.string())
    return pa.table([names, *found.columns, *(pa.array(value) for value in values)], schema=NUMBERED)


def _places_by_value(values: NDArray[np.object_]) -> dict[str, Numbers]:
    """Where each value stands."""
    return pd.Series(values).groupby(values, sort=False).indices if len(values) else {}


def _codes(rows: pd.DataFrame, names: Sequence[str]) -> Numbers:
    """A number for each row: the same where these columns are."""
    return rows.groupby(list(names), dropna=False, sort=False).ngroup().to_numpy() if len(rows) else np.empty(0, np.int64)


def _of_rule(
    whole: Numbers, place: Numbers, number: Numbers, failed: Numbers, at_door: NDArray[np.bool_]
) -> tuple[Numbers, NDArray[np.bool_], Numbers, Numbers, Numbers]:
    """Of one rule a row of each month and place, whether its place of source is told, and what was judged, failed, and at the door.

    `number` is what each group judges; `failed` are the places of the failures behind the groups.
    """
    if not len(failed):
        return _of_rule_without_failures(whole, number)
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


def _of_rule_without_failures(whole: Numbers, number: Numbers) -> tuple[Numbers, NDArray[np.bool_], Numbers, Numbers, Numbers]:
    """The same where nothing fails: no place of source is told."""
    whole = whole[: len(number)]
    summed = np.bincount(whole, weights=number).astype(np.int64)
    codes, first = np.unique(whole, return_index=True)
    is_judged = summed[codes] > 0
    zeros = np.zeros(int(is_judged.sum()), np.int64)
    return first[is_judged], zeros.astype(bool), summed[codes][is_judged], zeros, zeros


def counted(rows: pa.Table, dataset: str, kinds: Mapping[str, str]) -> pa.Table:
    """The table of a dataset's counts, in order."""
    rule = rows["rule"].combine_chunks().dictionary_encode()
    kind_of = pa.array([kinds[name] for name in rule.dictionary.to_pylist()], pa.string())
    kind = pa.DictionaryArray.from_arrays(rule.indices, kind_of)
    told = {
        **{name: rows[name] for name in rows.column_names}, "kind": kind.cast(pa.string()),
        "dataset": pa.repeat(pa.scalar(dataset), rows.num_rows), "why_not_judged": pa.nulls(rows.num_rows, pa.string()),
    }  # fmt: skip
    return pa.table([told[name] for name in SCHEMA.names], schema=SCHEMA).take(_in_order(rows))


def _in_order(rows: pa.Table) -> pa.Array:
    """The places of the rows by rule, month and place, what is not known last: texts are compared once each, not once a row."""
    return pa.array(np.lexsort([_rank(rows[name]) for name in reversed(("rule", *BY))]))


def _rank(texts: pa.ChunkedArray) -> Numbers:
    coded = texts.combine_chunks().dictionary_encode()
    rank = np.empty(len(coded.dictionary) + 1, np.int64)
    rank[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(coded.dictionary))
    rank[-1] = len(coded.dictionary)
    return rank[pc.fill_null(coded.indices, len(coded.dictionary)).to_numpy(zero_copy_only=False)]


def not_judged(rule: QualityRule, why: str) -> pa.Table:
    """The one row of a rule that could not be judged."""
    said = {"dataset": rule.dataset, "rule": rule.slug, "kind": rule.kind, "why_not_judged": why}
    return pa.Table.from_pylist([said], schema=SCHEMA)
