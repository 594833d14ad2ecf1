"""Records in which every value has the minute from which it is known, and what is known of them at an instant.

A column is a pile of layers; each layer's value counts from its own minute and hides those under it. So one function tells of any
instant: a whole extract is what is known then, and a delivery of changes the rows in which something became known since the last.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clockstop.synthetic.london import NO_MINUTE, Minutes, told
from clockstop.synthetic.organisations import FileForm


@dataclass(frozen=True)
class Layer:
    """A value for each row and the minute from which it is known (None: as long as the row); an instant's value is a minute."""

    values: pa.Array
    known: Minutes | None = None
    is_instant: bool = False


@dataclass(frozen=True)
class Records:
    """The rows of a dataset: from which minute each is there, and its columns as piles of layers, the lowest first."""

    there: Minutes
    columns: dict[str, tuple[Layer, ...]]

    def __len__(self) -> int:
        return len(self.there)

    def only(self, chosen: NDArray[np.int64]) -> "Records":
        """The rows at these places."""
        places = pa.array(chosen)
        columns = {
            name: tuple(
                replace(layer, values=layer.values.take(places), known=None if layer.known is None else layer.known[chosen])
                for layer in layers
            )
            for name, layers in self.columns.items()
        }
        return Records(self.there[chosen], columns)


def instant(minutes: Minutes) -> tuple[Layer, ...]:
    """An instant that is known once it has come."""
    return (Layer(pa.array(minutes), minutes, is_instant=True),)


def planned(minutes: Minutes, known: Minutes | None = None) -> tuple[Layer, ...]:
    """An instant that is known from another minute on."""
    return (Layer(pa.array(minutes), known, is_instant=True),)


def always(values: pa.Array) -> tuple[Layer, ...]:
    """What is known as long as the row."""
    return (Layer(_whole(values)),)


def once(values: pa.Array, known: Minutes) -> tuple[Layer, ...]:
    """What is known from a minute on."""
    return (Layer(_whole(values), known),)


def piled(*layers: tuple[pa.Array, Minutes | None]) -> tuple[Layer, ...]:
    """Values that follow each other."""
    return tuple(Layer(_whole(values), known) for values, known in layers)


def _whole(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def known_at(records: Records, at: int, form: FileForm, *, since: int | None = None) -> pa.Table:
    """What is known at the minute `at`; with `since`, only the rows in which something became known after that minute."""
    return _table(records.only(np.flatnonzero(chosen_at(records, at, since))), at, form)


def chosen_at(records: Records, at: int, since: int | None = None) -> NDArray[np.bool_]:
    """The rows that are there at the minute, and with `since` changed after that one."""
    is_there = records.there <= at
    return is_there if since is None else is_there & changed(records, since, at)


def changed(records: Records, since: int, at: int) -> NDArray[np.bool_]:
    """The rows in which something became known after `since` and up to `at`."""
    found = (records.there > since) & (records.there <= at)
    for layers in records.columns.values():
        for layer in layers:
            if layer.known is not None:
                found |= (layer.known > since) & (layer.known <= at)
    return found


def _table(records: Records, at: int, form: FileForm) -> pa.Table:
    return pa.table({name: _shown(layers, at, form) for name, layers in records.columns.items()})


def _shown(layers: tuple[Layer, ...], at: int, form: FileForm) -> pa.Array:
    shown = None
    for layer in layers:
        value = layer.values
        if layer.known is not None:
            under = pa.scalar(None, value.type) if shown is None else shown
            value = pc.if_else(pa.array(layer.known <= at), value, under)
        shown = value
    assert shown is not None
    if not layers[0].is_instant:
        return shown
    return told(shown.fill_null(NO_MINUTE).to_numpy(zero_copy_only=False).astype(np.int64), form)


def write_records(records: Records, file: Path) -> None:
    """Keep the records with all that is to become known of them."""
    columns: dict[str, pa.Array] = {"there": pa.array(records.there)}
    for name, layers in records.columns.items():
        for number, layer in enumerate(layers):
            kind = "instant" if layer.is_instant else "value"
            columns[f"{name}|{number}|{kind}"] = layer.values
            if layer.known is not None:
                columns[f"{name}|{number}|known"] = pa.array(layer.known)
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), file, compression="zstd")


def read_records(file: Path) -> Records:
    """The records as `write_records` kept them."""
    held = pq.read_table(file).combine_chunks()
    columns: dict[str, tuple[Layer, ...]] = {}
    for title in held.column_names[1:]:
        name, number, kind = title.split("|")
        if kind == "known":
            continue
        known = f"{name}|{number}|known"
        minutes = held[known].to_numpy().astype(np.int64) if known in held.column_names else None
        layer = Layer(_whole(held[title]), minutes, is_instant=kind == "instant")
        columns[name] = (*columns.get(name, ()), layer)
    return Records(held["there"].to_numpy().astype(np.int64), columns)
