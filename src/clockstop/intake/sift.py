"""Rows kept and rows set aside: one delivered file, sifted a piece at a time.

A piece is checked by its distinct cells and spilled in the order of the buckets; at the end each bucket is sorted and written. So
memory does not grow with the file, but for eight bytes a row that find the keys that come more than once.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clockstop.contracts.contract import Contract
from clockstop.intake import asides, repeats
from clockstop.intake.cells import NHS_NUMBER, Checked, Checker, Coded, Rulebook, coded, constant, raw, taken
from clockstop.intake.check import NHS_FAULT, PSEUDONYM
from clockstop.intake.kept import Kept
from clockstop.intake.map import TIME_OF_DAY, Mapping
from clockstop.intake.pseudonyms import Pseudonyms, without_spaces
from clockstop.intake.read import SOURCE_ROW, Delivered
from clockstop.intake.set_aside import FILE, SCHEMA, write_sentences
from clockstop.intake.spill import IS_BAD, Spill
from clockstop.intake.standing_rows import PROTECTED
from clockstop.intake.times import joined
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home

# A piece is so many rows or so many bytes of text, whichever comes first.
PIECE_ROWS = 500_000
PIECE_BYTES = 96 << 20
WORKERS = 2


@dataclass
class Counts:
    """What the sifting counted."""

    rows_read: int = 0
    rows_kept: int = 0
    rows_set_aside: int = 0
    rows_deleted: int = 0
    rows_protected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    bucket_rows: list[int] = field(default_factory=list)
    dates_first: date | None = None
    dates_last: date | None = None


@dataclass(frozen=True)
class _Sifted:
    """What became of one piece, beside its spilled rows."""

    aside: list[pa.Table]
    bad_keys: pa.Table | None
    hashes: NDArray[np.uint64]
    missing_dates: int
    invalid_numbers: int


class Sifter:
    """Sifts one delivered file through one engine; writes `kept/`, `set_aside.parquet` and `protected.parquet` into `place`."""

    def __init__(
        self,
        home: Home,
        engine: DuckDBEngine,
        delivered: Delivered,
        contract: Contract,
        mapping: Mapping,
        *,
        trust: str,
        today: date,
    ) -> None:
        self.engine, self.delivered = engine, delivered
        self.rules = Rulebook(
            contract=contract, mapping=mapping, trust=trust, today=today,
            has_serials=delivered.kind == "xlsx", has_nul=delivered.has_nul,
        )  # fmt: skip
        self.queries = home.queries
        self.pseudonyms = Pseudonyms(home) if NHS_NUMBER in self._names() else None
        self.counts = Counts()
        self.hashes: list[NDArray[np.uint64]] = []
        self.bad_keys: list[pa.Table] = []
        self.guessed_keys: list[pa.Table] = []
        self.sentences: dict[tuple[str, str], str] = {}
        self._checkers: deque[tuple[Checker, asides.Reasons]] = deque()

    def sift(self, place: Path, progress: Callable[[str, int], None]) -> Counts:
        """Read, check, and write the kept rows and those set aside."""
        folder = place / "spill"
        folder.mkdir(exist_ok=True)
        self.spill = Spill(folder)
        with _Parts(folder / "bad.parquet") as bad, _Parts(folder / "ragged.parquet") as ragged:
            self._read(bad, ragged, progress)
        progress("looking for duplicates", 0)
        losers = self._losers(folder)
        progress("setting rows aside", 0)
        self._write_set_aside(place, losers, bad, ragged)
        progress("sorting and writing", 0)
        self._write_kept(place, losers)
        self._write_protected(place)
        return self.counts

    def _names(self) -> list[str]:
        return [*self.delivered.matched.places, *self.delivered.matched.constants]

    def _read(self, bad: "_Parts", ragged: "_Parts", progress: Callable[[str, int], None]) -> None:
        """Read the file once, check it and spill it."""
        pieces = self._pieces(ragged, progress)
        first = [*islice(pieces, 2)]
        if len(first) < 2:
            self._read_at_once(first, bad, progress)
        else:
            self._read_on_threads(chain(first, pieces), bad, progress)
        for _, reasons in self._checkers:
            self.sentences |= reasons.sentences

    def _read_at_once(self, pieces: Iterable[pa.Table], bad: "_Parts", progress: Callable[[str, int], None]) -> None:
        """A file of one piece needs no second thread."""
        self._checkers.append(self._checker(self.engine))
        progress("checking", self.counts.rows_read)
        for number, piece in enumerate(pieces):
            self._take(self._sifted(number, piece), bad)

    def _read_on_threads(self, pieces: Iterable[pa.Table], bad: "_Parts", progress: Callable[[str, int], None]) -> None:
        siblings = [self.engine.sibling() for _ in range(WORKERS)]
        self._checkers.extend(self._checker(one) for one in siblings)
        pending: deque[Future[_Sifted]] = deque()
        with ThreadPoolExecutor(WORKERS) as pool:
            for number, piece in enumerate(pieces):
                pending.append(pool.submit(self._sifted, number, piece))
                if len(pending) > WORKERS:
                    self._take(pending.popleft().result(), bad)
            progress("checking", self.counts.rows_read)
            while pending:
                self._take(pending.popleft().result(), bad)
        for one in siblings:
            one.close()

    def _checker(self, engine: DuckDBEngine) -> tuple[Checker, asides.Reasons]:
        """What checks pieces through one connection, and says of what fails why."""
        return Checker(engine, self.rules, self.queries), asides.Reasons(engine, self.rules, self.delivered.matched, self.queries)

    def _pieces(self, ragged: "_Parts", progress: Callable[[str, int], None]) -> Iterator[pa.Table]:
        held: list[pa.RecordBatch] = []
        for batch in self.delivered.batches():
            self._drain(ragged)
            held.append(batch)
            self.counts.rows_read += len(batch)
            progress("reading", self.counts.rows_read)
            if sum(map(len, held)) >= PIECE_ROWS or sum(one.nbytes for one in held) >= PIECE_BYTES:
                yield pa.Table.from_batches(held)
                held = []
        self._drain(ragged)
        if sum(map(len, held)):
            yield pa.Table.from_batches(held)

    def _drain(self, ragged: "_Parts") -> None:
        """Take the ragged rows out of the reader's hands, so that a million of them take no more room than a few."""
        if not self.delivered.ragged:
            return
        found = self.delivered.ragged[:]
        self.delivered.ragged.clear()
        self.counts.rows_read += len(found)
        ragged.write(asides.ragged_rows(found, self.delivered.matched))
        self.sentences |= asides.ragged_sentences(self.delivered.matched)
        keys = asides.ragged_keys(found, self.delivered.matched, self.rules.key, self._key_names())
        if keys is not None:
            self.guessed_keys.append(keys)

    def _take(self, one: _Sifted, bad: "_Parts") -> None:
        """Add up what became of a piece; pieces come in the order of the file."""
        for table in one.aside:
            bad.write(table)
        self.hashes.append(one.hashes)
        if one.bad_keys is not None:
            self.bad_keys.append(one.bad_keys)
        for code, number in (("date_1900_taken_as_missing", one.missing_dates), ("nhs_number_invalid", one.invalid_numbers)):
            if number:
                self.counts.warnings[code] = self.counts.warnings.get(code, 0) + number

    def _sifted(self, number: int, piece: pa.Table) -> _Sifted:
        checker, reasons = self._checkers.pop()
        try:
            cells, people = self._cells(piece), None
            if self.pseudonyms is not None:
                people = _People.of(cells[NHS_NUMBER], self.pseudonyms)
            found = checker.checked(cells, people.is_wrong if people else None, piece.num_rows)
            source_rows = piece[SOURCE_ROW].to_numpy()
            self._spill(number, found, source_rows, cells, people)
            aside, bad = [], np.sort(found.order[found.is_bad])
            if len(bad):
                aside = list(reasons.rows(_texts(cells, people, source_rows, bad), found.wrong_columns))
            return _Sifted(
                aside=aside,
                bad_keys=self._bad_keys(found) if len(bad) else None,
                hashes=np.where(found.has_key, found.hashes, 0),
                missing_dates=found.missing_dates,
                invalid_numbers=int(np.count_nonzero(people.is_wrong_at(cells[NHS_NUMBER].codes))) if people else 0,
            )
        finally:
            self._checkers.append((checker, reasons))

    def _cells(self, piece: pa.Table) -> dict[str, Coded]:
        matched = self.delivered.matched
        whole = {name: joined(piece[name], piece[f"{name}{TIME_OF_DAY}"]) for name in self.rules.mapping.times}
        cells = {name: coded(whole.get(name, piece[name])) for name in matched.places}
        return cells | {name: constant(value, piece.num_rows) for name, value in matched.constants.items()}

    def _spill(
        self, number: int, found: Checked, source_rows: NDArray[np.int64], cells: dict[str, Coded], people: "_People | None"
    ) -> None:
        rows: dict[str, pa.Array] = {**found.values, SOURCE_ROW: pa.array(source_rows[found.order]), IS_BAD: pa.array(found.is_bad)}
        if people is None:
            rows[PSEUDONYM] = pa.nulls(len(source_rows), pa.string())
        else:
            codes = cells[NHS_NUMBER].codes[found.order]
            rows[PSEUDONYM] = taken(people.pseudonyms, codes)
            if not self.rules.mapping.pseudonymise:
                rows[NHS_NUMBER] = taken(people.plain, codes)
        self.spill.write(number, pa.RecordBatch.from_pydict(rows), found.bucket)

    def _key_names(self) -> list[str]:
        return [*dict.fromkeys([*self.rules.key, *self.rules.contract.key])]

    def _bad_keys(self, found: Checked) -> pa.Table:
        wanted = pa.array(found.is_bad & found.has_key)
        return pa.table({name: repeats.plain(found.values[name].filter(wanted)) for name in self._key_names()})

    def _losers(self, folder: Path) -> pa.Table:
        """The rows whose key a later good row of the same file has: `source_row`, `code`, `winner`, `is_bad`."""
        masks = repeats.repeated(self.hashes)
        self.hashes = []
        if masks is None:
            return repeats.NONE
        file = folder / "candidates.parquet"
        repeats.write_candidates(self.spill, masks, file)
        return repeats.losers(self.engine, file, self.rules)

    def _write_set_aside(self, place: Path, losers: pa.Table, bad: "_Parts", ragged: "_Parts") -> None:
        """Bring the bad rows, the ragged and the losers together, in the order of the file."""
        file = place / FILE
        if not losers.num_rows and not ragged.rows:
            bad.file.rename(file)
        else:
            with _Parts(bad.file.with_name("losing.parquet")) as losing:
                self._write_losing(losers, losing)
            rows = repeats.with_reasons(self.engine, bad.file, losers, key=self.rules.key)
            others = self.engine.parquet([losing.file, ragged.file])
            whole = rows.union(others.select(rows.columns), distinct=False)
            self.engine.write_parquet(whole.order_by(SOURCE_ROW), file)
        self.sentences |= repeats.sentences(self.rules.key)
        write_sentences(place, self.sentences)
        self.counts.reasons, self.counts.faults, self.counts.rows_set_aside = asides.counted(file)

    def _write_losing(self, losers: pa.Table, losing: "_Parts") -> None:
        """Read the file again for the rows that were good but lose to a later one: how they came is known there alone."""
        wanted = losers.filter(pc.invert(losers["is_bad"]))
        if not wanted.num_rows:
            return
        reasons = asides.Reasons(self.engine, self.rules, self.delivered.matched, self.queries)
        why = repeats.reasons(wanted, key=self.rules.key)
        numbers = wanted[SOURCE_ROW].to_numpy()
        for batch in self.delivered.batches():
            self.delivered.ragged.clear()
            is_wanted = np.isin(batch[SOURCE_ROW].to_numpy(), numbers)
            if is_wanted.any():
                piece = pa.Table.from_batches([batch]).filter(pa.array(is_wanted))
                cells = self._cells(piece)
                people = _People.of(cells[NHS_NUMBER], self.pseudonyms) if self.pseudonyms is not None else None
                every = np.arange(piece.num_rows)
                losing.write(reasons.originals(_texts(cells, people, piece[SOURCE_ROW].to_numpy(), every), why))
        self.delivered.ragged.clear()

    def _write_kept(self, place: Path, losers: pa.Table) -> None:
        kept = Kept(self.rules, self.spill, losers[SOURCE_ROW].to_numpy(), place / "kept", has_plain=self._has_plain())
        with ThreadPoolExecutor(WORKERS if self.counts.rows_read > PIECE_ROWS else 1) as pool:
            found = list(pool.map(kept.write, range(BUCKETS)))
        self.counts.bucket_rows = [one.rows for one in found]
        self.counts.rows_kept = sum(self.counts.bucket_rows)
        self.counts.rows_deleted = sum(one.rows_deleted for one in found)
        self.counts.dates_first = min((one.first for one in found if one.first), default=None)
        self.counts.dates_last = max((one.last for one in found if one.last), default=None)

    def _has_plain(self) -> bool:
        return self.pseudonyms is not None and not self.rules.mapping.pseudonymise

    def _write_protected(self, place: Path) -> None:
        """Write the readable keys of the rows set aside that no kept row has."""
        if not self.bad_keys and not self.guessed_keys:
            return
        self.engine.stack("good_rows", [(place / "kept" / f"bucket-{bucket}.parquet", {}) for bucket in range(BUCKETS)])
        keys = repeats.protected(self.engine, self.bad_keys, self.guessed_keys, self.rules.key, kept_in=self.queries)
        self.counts.rows_protected = keys.num_rows
        if keys.num_rows:
            pq.write_table(keys, place / PROTECTED, compression="zstd")


@dataclass(frozen=True)
class _People:
    """Of each distinct NHS number: its pseudonym, whether it is not valid, and its ten digits; the last place is of none."""

    pseudonyms: pa.Array
    is_wrong: pa.Array
    plain: pa.Array

    @classmethod
    def of(cls, numbers: Coded, pseudonyms: Pseudonyms) -> "_People":
        words = pa.concat_arrays([numbers.words, pa.nulls(1, pa.string())])
        found = pseudonyms.of(words)
        plain = pc.if_else(found.is_valid(), without_spaces(words), None)
        return cls(found, pc.and_(words.is_valid(), found.is_null()), plain)

    def is_wrong_at(self, codes: NDArray[np.int32]) -> NDArray[np.bool_]:
        return self.is_wrong.to_numpy(zero_copy_only=False)[codes]


class _Parts:
    """Rows set aside, on their way to one file; it is written whether any come or not."""

    def __init__(self, file: Path) -> None:
        self.file, self.rows = file, 0

    def __enter__(self) -> "_Parts":
        self._writer = pq.ParquetWriter(self.file, SCHEMA, compression="zstd")
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()

    def write(self, rows: pa.Table) -> None:
        self.rows += rows.num_rows
        self._writer.write_table(rows)


def _texts(cells: dict[str, Coded], people: _People | None, source_rows: NDArray[np.int64], wanted: NDArray[np.int64]) -> pa.Table:
    """The rows as they came, `raw_...`, every NHS number replaced, so that no number reaches the engine."""
    texts = {raw(name): one.texts(wanted) for name, one in cells.items() if name != NHS_NUMBER}
    if people is not None:
        codes = pa.array(cells[NHS_NUMBER].codes[wanted])
        texts |= {PSEUDONYM: people.pseudonyms.take(codes), NHS_FAULT: people.is_wrong.take(codes)}
    return pa.table({**texts, SOURCE_ROW: pa.array(source_rows[wanted])})
