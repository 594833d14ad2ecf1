"""A file into the store: read, checked, kept or set aside, and a receipt in which read = kept + set aside."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.errors import UnknownName, UserError
from clockstop.intake.difference import difference
from clockstop.intake.ledger import (
    CAME_AGAIN,
    Receipt,
    folder,
    next_load_id,
    receipt,
    room_in_words,
    standing,
    whole_folder,
    write_receipt,
    write_whole,
)
from clockstop.intake.live_instants import as_at_of, local, local_now
from clockstop.intake.map import DELIVERIES, Mapping, mapping_for
from clockstop.intake.organisation import add_bare, is_welcome, organisation
from clockstop.intake.read import file_sha256, open_delivered
from clockstop.intake.sift import Counts, Sifter
from clockstop.store.engine import DEFAULT_THREADS, open_engine
from clockstop.store.home import Home
from clockstop.store.lock import writer

# What the engine may hold; the rest goes to the load's own folder, which is swept when the load ends or a later one begins.
MEMORY = "1GB"
# A file of no more bytes is sifted on one thread: two would save it nothing.
SMALL_FILE = 16 << 20
Progress = Callable[[str, int], None]


def load_file(
    home: Home,
    *,
    file: Path,
    trust: str,
    dataset: str,
    mapping: Path | None = None,
    delivery: str | None = None,
    window: tuple[date | None, date | None] = (None, None),
    today: date | None = None,
    as_at: datetime | None = None,
    progress: Progress = lambda step, rows: None,
) -> Receipt:
    """Load one file and give its receipt. The file that was loaded last changes nothing when it comes again.

    Nothing is kept unless all of it is: the load is filled beside its place and renamed there at the end. `as_at` is the instant
    at which the extract shows the state, London's local time; now where it is not said.
    """
    contract = contract_named(dataset)
    is_new = is_welcome(home, trust)
    if not is_new:
        organisation(home, trust)
    chosen = _declared(mapping_for(home, trust, contract, mapping), delivery, window)
    shown_at = as_at_of(as_at, today=today)
    with writer(home):
        found = _load(
            home, file, trust, contract, mapping=chosen, today=today or local_now().date(), as_at=shown_at, progress=progress
        )
        if found.already_loaded and as_at is not None:
            found = _came_again(home, found, shown_at)
        if mapping is not None:
            write_whole(home.mapping_file(trust, dataset), chosen.text)
        if is_new:
            add_bare(home, code=trust)
            note = f"The trust {trust} was not known: it was added by its code. Name it with `clockstop trust add`."
            found = replace(found, notes=[*found.notes, note])
        return found


def still_shows(home: Home, *, trust: str, dataset: str, as_at: datetime) -> None:
    """Keep that nothing of a dataset had changed by an instant at which its extract was taken, and was empty."""
    with writer(home):
        before = standing(home, trust, dataset)
        if before:
            _came_again(home, before[-1], local(as_at))


def withdraw(home: Home, *, trust: str, dataset: str, load_id: str, reason: str, by: str) -> Receipt:
    """Take a load out: its rows no longer count, and the rows that they had replaced do again."""
    if not reason.strip():
        raise UserError("A withdrawal needs a reason.", do='Say why, for example --reason "sent with last year\'s dates".')
    with writer(home):
        one = receipt(home, trust, dataset, load_id)
        if one.is_withdrawn:
            raise UserError(
                f"Load {one.load_id} is withdrawn already.",
                where=f"By {one.withdrawn_by}: {one.withdrawn_reason}",
                do="Nothing needs to be done; `clockstop refresh` makes the pages show it.",
            )
        note = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "by": by, "reason": reason.strip()}
        write_whole(folder(home, one) / "withdrawn.json", json.dumps(note).encode())
        return receipt(home, trust, dataset, one.load_id)


def contract_named(dataset: str) -> Contract:
    """The contract of a dataset."""
    known = contracts()
    if dataset not in known:
        close = get_close_matches(dataset, list(known), n=1, cutoff=0.5)
        raise UnknownName(
            f"There is no dataset {dataset!r}.",
            where=f"The nearest is {close[0]!r}." if close else f"Datasets: {', '.join(sorted(known))}.",
            do="Name one of: " + ", ".join(sorted(known)) + ".",
        )
    return known[dataset]


def _declared(mapping: Mapping, delivery: str | None, window: tuple[date | None, date | None]) -> Mapping:
    """The mapping with what the command line says instead; a delivery that nobody declares is `changes`."""
    delivery = delivery or mapping.delivery or "changes"
    if delivery not in DELIVERIES:
        raise UserError(
            f"The delivery is {delivery!r}; it must be full or changes.", do="Give --delivery full or --delivery changes."
        )
    first, last = window[0] or mapping.window_from, window[1] or mapping.window_to
    if first and last and first > last:
        raise UserError(f"The window ends ({last}) before it starts ({first}).", do="Correct --window-from and --window-to.")
    return replace(mapping, delivery=delivery, window_from=first, window_to=last)


def _load(
    home: Home, file: Path, trust: str, contract: Contract, *, mapping: Mapping, today: date, as_at: datetime, progress: Progress
) -> Receipt:
    started, at = time.monotonic(), datetime.now(UTC)
    before = standing(home, trust, contract.name)
    sha256 = file_sha256(file)
    same = _same_as_last(before, sha256, contract, mapping)
    if same is not None:
        return same
    delivered = open_delivered(file, contract, mapping)
    place = home.loads(trust, contract.name) / next_load_id(home, trust, contract.name, at)
    with room_in_words(place), whole_folder(place) as partial:
        threads = 1 if file.stat().st_size <= SMALL_FILE else DEFAULT_THREADS
        engine = open_engine(threads=threads, memory_limit=MEMORY, spill=partial / "spill")
        try:
            counts = Sifter(home, engine, delivered, contract, mapping, trust=trust, today=today).sift(partial, progress)
            draft = _receipt(file, contract, mapping, counts, sha256=sha256, trust=trust, load_id=place.name, at=at)
            notes = [*delivered.notes, *_notes(draft), *_notes_of_order(before, as_at)]
            draft = replace(draft, notes=notes, columns_dropped=sorted(delivered.matched.dropped), as_at=as_at.isoformat())
            progress("comparing with what was there", 0)
            found = difference(home, engine, before, contract, draft, place=partial)
            one = replace(
                draft,
                rows_new=found.new,
                rows_changed=found.changed,
                rows_unchanged=found.unchanged,
                rows_withdrawn=found.withdrawn,
            )
        finally:
            engine.close()
            shutil.rmtree(partial / "spill", ignore_errors=True)
        write_whole(partial / "mapping.toml", mapping.text)
        one = replace(one, seconds=round(time.monotonic() - started, 2), files=_hashes(partial))
        write_receipt(partial, one)
    return one


def _same_as_last(before: list[Receipt], sha256: str, contract: Contract, mapping: Mapping) -> Receipt | None:
    last = before[-1] if before else None
    if last is None or last.file_sha256 != sha256 or last.contract_sha256 != _fingerprint(contract):
        return None
    if (last.mapping_sha256, last.delivery) != (mapping.sha256, mapping.delivery):
        return None
    if last.declared_window != _window_text(mapping):
        return None
    return replace(last, already_loaded=True, rows_new=0, rows_changed=0, rows_withdrawn=0, rows_unchanged=last.rows_kept)


def _receipt(
    file: Path, contract: Contract, mapping: Mapping, counts: Counts, *, sha256: str, trust: str, load_id: str, at: datetime
) -> Receipt:
    assert counts.rows_read == counts.rows_kept + counts.rows_set_aside, "a row was lost"
    first, last = mapping.window_from or counts.dates_first, mapping.window_to or counts.dates_last
    return Receipt(
        trust=trust,
        dataset=contract.name,
        load_id=load_id,
        file_name=file.name,
        file_sha256=sha256,
        mapping_sha256=mapping.sha256,
        contract_sha256=_fingerprint(contract),
        delivery=mapping.delivery or "changes",
        loaded_at=at.isoformat(timespec="milliseconds"),
        rows_read=counts.rows_read,
        rows_kept=counts.rows_kept,
        rows_set_aside=counts.rows_set_aside,
        reasons=counts.reasons,
        faults=counts.faults,
        warnings=counts.warnings,
        rows_deleted=counts.rows_deleted,
        rows_protected=counts.rows_protected,
        bucket_rows=counts.bucket_rows,
        has_record_id=mapping.record_id is not None,
        dates_first=_iso(counts.dates_first),
        dates_last=_iso(counts.dates_last),
        window_first=_iso(first),
        window_last=_iso(last),
        declared_window=_window_text(mapping),
    )


def _notes(one: Receipt) -> list[str]:
    if one.rows_read == 0:
        return ["The file has a header and no rows: it was taken as a delivery of nothing, which changes nothing."]
    if one.rows_kept == 0:
        return ["No row could be kept: the mapping or the extract is wrong. Nothing changed in what holds now."]
    return []


def _notes_of_order(before: list[Receipt], as_at: datetime) -> list[str]:
    """What to say of an extract that shows an earlier state than one that is loaded already: its rows win all the same."""
    latest = max((datetime.fromisoformat(one.as_at) for one in before if one.as_at), default=as_at)
    if latest <= as_at:
        return []
    return [
        f"It shows the state as at {as_at:%Y-%m-%d %H:%M}, and one as at {latest:%Y-%m-%d %H:%M} was loaded before it. "
        "Its rows take the place of newer ones: withdraw it if that is not meant."
    ]


def _came_again(home: Home, found: Receipt, as_at: datetime) -> Receipt:
    """Keep that nothing had changed by a later instant: the file came again, as what holds then."""
    if found.as_at is None or found.as_at < as_at.isoformat():
        write_whole(folder(home, found) / CAME_AGAIN, json.dumps({"as_at": as_at.isoformat()}).encode())
        return replace(found, as_at=as_at.isoformat())
    return found


def _window_text(mapping: Mapping) -> str:
    return f"{mapping.window_from or ''}..{mapping.window_to or ''}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _fingerprint(contract: Contract) -> str:
    parts = [(c.name, c.type, c.is_required, sorted(c.codes), c.may_be_in_future, c.max_length) for c in contract.columns]
    shape = (parts, contract.key, contract.window, [one.code for one in contract.checks])
    grouped = () if contract.grouped_by == Contract.grouped_by else (contract.grouped_by,)
    offsets = tuple(contract.offsets)
    return hashlib.sha256(repr((*shape, *grouped, *offsets)).encode()).hexdigest()


def _hashes(partial: Path) -> dict[str, str]:
    files = sorted(file for file in partial.rglob("*") if file.is_file())
    return {str(file.relative_to(partial)): file_sha256(file) for file in files}
