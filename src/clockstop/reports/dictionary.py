"""The data dictionary: every column of every dataset and fact, what it means, its codes, and which measures read it.

Made of contracts, facts and measures. The columns of facts stand in fact_columns.csv, since working them out takes half a minute:
`clockstop docs --columns` writes it anew.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

import ibis
from ibis import Deferred
from ibis.expr import operations as ops

from clockstop.contracts import contracts
from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.data_dictionary import element_of
from clockstop.measures.catalogue import measures
from clockstop.measures.dimensions import dimensions_of
from clockstop.measures.measure import Measure
from clockstop.measures.spans import FACT_STATES, STATES
from clockstop.rules import facts
from clockstop.rules.column_words import WORDS, words_of

FILE = Path(__file__).parent / "fact_columns.csv"
# RTT's tables are no declared facts: what each is, and one row of it.
RTT_TABLES = {
    "rtt_events": ("RTT events", "a canonical event of a pathway", "RTT extracts"),
    "rtt_pathways": ("RTT pathways", "a pathway with its person and place", "RTT extracts"),
    "rtt_list_entries": ("RTT list entries", "an entry of the admission list", "waiting_list_entries"),
    "rtt_appointments": ("RTT appointments", "an appointment of a pathway", "appointments"),
    "rtt_clocks": ("RTT clocks", "a clock period", "rtt_events"),
    "rtt_bookings": ("RTT bookings", "a booking ahead of a pathway", "appointments"),
    "rtt_waits": ("RTT waiting list", "a clock that is open at the as-of day", "rtt_clocks"),
}
_OF_CLOCK = {"by start date": ("start_date",), "by end date": ("end_date",)}
# The columns that an engine's type is called in a contract's words.
_KINDS = (
    ("int", "integer"),
    ("float", "number"),
    ("decimal", "number"),
    ("timestamp", "instant"),
    ("bool", "truth"),
    ("date", "date"),
)
HEADINGS = (
    "kind", "table", "table_title", "column", "type", "meaning", "data_dictionary", "codes", "required", "identifying", "measures",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A column of a dataset or fact. `element` is its name in the NHS Data Dictionary, empty where it has none."""

    column: str
    type: str
    meaning: str
    element: str = ""
    codes: Mapping[str, str]
    is_required: bool = False
    is_identifying: bool = False
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Described:
    """A dataset that can be loaded, or a fact that is worked out, with its columns. `needs` is what a fact is made of."""

    kind: str
    name: str
    title: str
    row: str
    needs: tuple[str, ...]
    entries: tuple[Entry, ...]
    measures: tuple[str, ...] = ()


@cache
def dictionary() -> Mapping[str, Described]:
    """Every dataset, then every fact, by name; `rtt_events` as a fact is `rtt_events (fact)`, beside its dataset."""
    found = {name: _dataset(one) for name, one in contracts().items()}
    for name, columns in fact_kinds().items():
        found[f"{name} (fact)" if name in found else name] = _fact(name, columns)
    return found


def lines() -> list[tuple]:
    """The dictionary as a table, one line a column, in the order of `HEADINGS`."""
    return [
        (
            one.kind, one.name, one.title, entry.column, entry.type, entry.meaning, entry.element,
            "; ".join(f"{code} {words}" for code, words in entry.codes.items()), entry.is_required, entry.is_identifying,
            "; ".join(entry.measures),
        )
        for one in dictionary().values()
        for entry in one.entries
    ]  # fmt: skip


@cache
def fact_kinds() -> Mapping[str, Mapping[str, str]]:
    """By fact its columns, each with its type in a contract's words."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in csv.reader(StringIO(FILE.read_text("utf-8"))):
        found.setdefault(table, {})[column] = kind
    return found


def as_file(columns: Mapping[str, Mapping[str, str]]) -> str:
    """What fact_columns.csv holds of these columns (intake.fact_columns)."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows((table, column, kind_of(kind)) for table, own in columns.items() for column, kind in own.items())
    return out.getvalue()


def kind_of(kind: str) -> str:
    """A type of an engine in a contract's words.

    >>> kind_of("int32"), kind_of("timestamp(6)"), kind_of("string"), kind_of("decimal(38, 0)")
    ('integer', 'instant', 'text', 'number')
    """
    return next((words for start, words in _KINDS if kind.lstrip("!").startswith(start)), "text")


def _dataset(one: Contract) -> Described:
    entries = tuple(
        Entry(
            column=column.name, type=column.type, meaning=column.meaning, element=element_of(column.name), codes=column.codes,
            is_required=column.is_required, is_identifying=column.is_identifying,
        )
        for column in one.columns
    )  # fmt: skip
    return Described(
        kind="dataset", name=one.name, title=one.title, row=f"named by {', '.join(one.key)}", needs=(), entries=entries
    )


def _fact(name: str, columns: Mapping[str, str]) -> Described:
    declared = facts().get(name)
    title, row, needs = (declared.title, declared.row, declared.needs) if declared else _of_rtt(name)
    read = reading(name)
    entries = tuple(_entry(name, column, kind, tuple(needs), read.get(column, ())) for column, kind in columns.items())
    mine = tuple(slug for slug, one in measures().items() if one.table == name)
    return Described(kind="fact", name=name, title=title, row=row, needs=tuple(needs), entries=entries, measures=mine)


def _of_rtt(name: str) -> tuple[str, str, tuple[str, ...]]:
    title, row, needs = RTT_TABLES[name]
    return title, row, (needs,)


def _entry(table: str, name: str, kind: str, needs: tuple[str, ...], read: Iterable[str]) -> Entry:
    """The column of a fact: in the words of the dataset that it comes from, else ours, else those of any dataset that has it."""
    column = _known(needs).get(name) or (None if name in WORDS else _known(tuple(contracts())).get(name))
    dimension = next((one for one in dimensions_of(table) if one.name == name), None)
    if column is not None:
        meaning = column.meaning
    elif dimension is not None and name not in WORDS:
        meaning = dimension.title[0].lower() + dimension.title[1:]
    else:
        meaning = words_of(name)
    codes = column.codes if column is not None and column.codes else dimension.titles if dimension is not None else {}
    is_identifying = column.is_identifying if column is not None else name == "nhs_number_pseudonym"
    return Entry(
        column=name, type=kind, meaning=meaning, element=element_of(name), codes=codes, is_identifying=is_identifying,
        measures=tuple(read),
    )  # fmt: skip


@cache
def _known(needs: tuple[str, ...]) -> Mapping[str, Column]:
    """The columns that the contracts behind a fact declare."""
    found: dict[str, Column] = {}
    wanted, seen = list(needs), set()
    while wanted:
        name = wanted.pop(0)
        if name in seen:
            continue
        seen.add(name)
        wanted += facts()[name].needs if name in facts() else ()
        for column in contracts()[name].columns if name in contracts() else ():
            found.setdefault(column.name, column)
    return found


@cache
def reading(table: str) -> Mapping[str, tuple[str, ...]]:
    """By column of a fact the measures that read it: in a side, as their day, their weight or a state of their census."""
    found: dict[str, list[str]] = {}
    for slug, one in measures().items():
        if one.table == table:
            for column in columns_read(one):
                found.setdefault(column, []).append(slug)
    return {column: tuple(slugs) for column, slugs in found.items()}


def columns_read(measure: Measure) -> list[str]:
    """The columns of its fact that a measure reads."""
    kinds = fact_kinds()[measure.table]
    states = {name: state for name, state in {**STATES, **FACT_STATES}.items() if measure.counted == "at census"}
    types = {"integer": "int64", "number": "float64", "truth": "boolean", "instant": "timestamp", "date": "date", "text": "string"}
    shape = {name: types[kind] for name, kind in kinds.items()}
    extra = dict.fromkeys(states, "boolean") | {"days_waited": "int64", "census_date": "date", "year_end_date": "date"}
    rows = ibis.table({**extra, **shape}, name=measure.table)
    named: list[str] = []
    for side in (measure.numerator, measure.denominator):
        bound = side.resolve(rows) if isinstance(side, Deferred) else side(rows)
        named += [field.name for field in bound.op().find(ops.Field)] if isinstance(bound, ibis.Value) else []
    needed = [need for name in named if name in states and name not in shape for need in states[name].needs]
    when = _OF_CLOCK.get(measure.counted, (measure.day,) if measure.day else ())
    wanted = dict.fromkeys((*named, *needed, *when, *((measure.weight,) if measure.weight else ())))
    return [name for name in wanted if name in shape]
