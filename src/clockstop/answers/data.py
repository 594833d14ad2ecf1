"""What was loaded: receipts, the rows set aside with their reasons, and the snapshots that stand on a load."""

from collections.abc import Sequence
from dataclasses import dataclass

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.contracts import contracts
from clockstop.intake import ledger
from clockstop.intake.check import reason_words
from clockstop.intake.ledger import Receipt
from clockstop.intake.set_aside import page_of
from clockstop.store import snapshots

# Loads before this one are shown for comparison.
LOADS_COMPARED = 4


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason in one column, how many cells it holds for, and what to do about it."""

    code: str
    column: str
    rows: int
    share: float
    sentence: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class SetAsideRow:
    """A row that was set aside: where it stood, the cells as they came (header, text, is it at fault), what is said of it."""

    source_row: int
    reasons: tuple[str, ...]
    cells: tuple[tuple[str, str, bool], ...]
    says: tuple[str, ...]
    patient_pathway_identifier: str = ""


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """Some of the rows set aside, of so many."""

    rows: tuple[SetAsideRow, ...]
    headers: tuple[str, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class Load:
    """One load: its receipt, its reasons, the loads before it and the snapshots that stand on it."""

    receipt: Receipt
    title: str
    reasons: tuple[Reason, ...]
    before: tuple[Receipt, ...]
    snapshots: tuple[str, ...]
    is_in_current: bool

    @property
    def usual(self) -> tuple[int, int] | None:
        """The fewest and most rows that the loads before it set aside; None where there are none."""
        counts = [one.rows_set_aside for one in self.before]
        return (min(counts), max(counts)) if counts else None


def loads(scope: Scope, desk: Desk, *, trust: str = "", dataset: str = "") -> list[Receipt]:
    """The receipts of the trusts that may be read, newest first."""
    if trust:
        scope.require_trust(trust)
    found = ledger.loads(desk.home, trust or None, dataset or None)
    return [one for one in reversed(found) if one.trust in scope.trusts]


def datasets() -> dict[str, str]:
    """The title of each dataset, by its name."""
    return {name: contract.title for name, contract in contracts().items()}


def load(scope: Scope, desk: Desk, trust: str, dataset: str, load_id: str) -> Load:
    """One load, whole."""
    scope.require_trust(trust)
    one = ledger.receipt(desk.home, trust, dataset, load_id)
    earlier = [other for other in ledger.standing(desk.home, trust, dataset) if other.load_id < one.load_id]
    standing_on = _snapshots(desk, one)
    return Load(
        receipt=one,
        title=contracts()[dataset].title,
        reasons=_reasons(one),
        before=tuple(earlier[-LOADS_COMPARED:]),
        snapshots=standing_on,
        is_in_current=snapshots.current(desk.home) in standing_on,
    )


def set_aside(
    scope: Scope, desk: Desk, trust: str, dataset: str, load_id: str, *, code: str = "", first: int = 0, number: int | None = None
) -> SetAside:
    """The rows set aside, of one reason or of all, from place `first`; only for those who may see the trust's patients."""
    scope.require_patients(trust)
    one = ledger.receipt(desk.home, trust, dataset, load_id)
    rows, total = page_of(ledger.folder(desk.home, one), code=code, first=first, number=number)
    headers = _headers_of_columns(desk, one)
    found = tuple(_row(row, headers) for row in rows)
    return SetAside(rows=found, headers=tuple(dict.fromkeys(name for row in found for name, _, _ in row.cells)), total=total)


def _reasons(one: Receipt) -> tuple[Reason, ...]:
    contract = contracts()[one.dataset]
    return tuple(
        Reason(
            code=fault["code"],
            column=fault["column"],
            rows=fault["rows"],
            share=fault["rows"] / one.rows_set_aside if one.rows_set_aside else 0.0,
            sentence=reason_words(fault["code"], contract)[0],
            remedy=reason_words(fault["code"], contract)[1],
        )
        for fault in one.faults
    )


def _snapshots(desk: Desk, one: Receipt) -> tuple[str, ...]:
    found = []
    for snapshot_id in snapshots.all_snapshots(desk.home):
        trust = snapshots.manifest(desk.home, snapshot_id).trusts.get(one.trust)
        if trust and any((part.dataset, part.load_id) == (one.dataset, one.load_id) for part in trust.loads):
            found.append(snapshot_id)
    return tuple(found)


def _headers_of_columns(desk: Desk, one: Receipt) -> dict[str, str]:
    """Their header of each of our columns, as the mapping of that load says."""
    from clockstop.intake.map import read_mapping

    file = ledger.folder(desk.home, one) / "mapping.toml"
    mapping = read_mapping(file.read_bytes(), contracts()[one.dataset], where=str(file))
    return mapping.columns


def _row(row: dict, headers: dict[str, str]) -> SetAsideRow:
    from clockstop.intake.map import plain

    at_fault = {plain(headers.get(column, column)) for column in row["columns"] if column}
    original = row["original"]
    pathway = plain(headers.get("patient_pathway_identifier", "patient_pathway_identifier"))
    return SetAsideRow(
        source_row=row["source_row"],
        reasons=tuple(dict.fromkeys(row["reasons"])),
        cells=tuple((name, text or "", plain(name) in at_fault) for name, text in original.items()),
        says=_says(row["columns"], row["messages"]),
        patient_pathway_identifier=next((text.strip() for name, text in original.items() if plain(name) == pathway and text), ""),
    )


def _says(columns: Sequence[str], messages: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{column}: {text}" if column else text for column, text in zip(columns, messages, strict=True))
