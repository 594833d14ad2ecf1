"""What goes into each file of a snapshot, as one name: where the name is the same, so are the file's rows."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib import resources

from clockstop.intake import merge
from clockstop.intake.ledger import Receipt, standing
from clockstop.store.home import Home

# The rooms whose text decides what a fact says; a change in any of them builds everything anew.
_ROOMS_OF_FACTS = ("contracts", "rules", "intake")
_ROOMS_OF_SERIES = ("measures", "measures.catalogue")
_ROOMS_OF_QUERIES = (*_ROOMS_OF_FACTS, *_ROOMS_OF_SERIES, "store")


def of(*parts: object) -> str:
    """One name for these parts, in their order."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:32]


def of_rows(home: Home, trust: str, bucket: int, datasets: Iterable[str]) -> str:
    """What holds now of a trust's bucket: its rows, its organisation and the code."""
    return of_receipts(home, trust, bucket, [standing(home, trust, dataset) for dataset in datasets])


def of_receipts(home: Home, trust: str, bucket: int, loads: Iterable[Sequence[Receipt]]) -> str:
    """The same, had these loads of each dataset stood."""
    return of(code_version(), _described(home, trust), *(merge.signature_of(receipts, bucket) for receipts in loads))


def of_organisation(home: Home, trust: str) -> str:
    """A trust's organisation, and the code."""
    return of(code_version(), _described(home, trust))


def _described(home: Home, trust: str) -> bytes:
    organisation = home.organisation_file(trust)
    return organisation.read_bytes() if organisation.is_file() else b""


def of_day(rows_signature: str, as_of: date, readings: object) -> str:
    """What a bucket's facts of a day are built from."""
    return of(rows_signature, as_of, readings)


def of_series(rows_signatures: Iterable[str], as_of: date, readings: object) -> str:
    """What a trust's series are counted from."""
    return of(series_version(), as_of, readings, *rows_signatures)


@cache
def code_version() -> str:
    """The version of the code that makes facts."""
    return _text_of(_ROOMS_OF_FACTS)


@cache
def series_version() -> str:
    """The version of the code that counts."""
    return _text_of((*_ROOMS_OF_FACTS, *_ROOMS_OF_SERIES))


@cache
def query_version() -> str:
    """The version of the code that says what the queries of a refresh ask."""
    return _text_of(_ROOMS_OF_QUERIES)


def _text_of(rooms: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for room in rooms:
        files = (file for file in resources.files(f"clockstop.{room}").iterdir() if file.name.endswith(".py"))
        for file in sorted(files, key=lambda file: file.name):
            digest.update(f"{room}/{file.name}\x1f".encode() + file.read_bytes())
    return digest.hexdigest()[:32]
