"""Where a month's return may already stand: as it was closed here, as it was published; and what the codes in it are called."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clockstop.intake.organisation import organisation
from clockstop.intake.published import catalogue, rtt_full_extract, shipped
from clockstop.intake.published.rtt_header import band_column
from clockstop.intake.published.rtt_return_file import read_return
from clockstop.rules.rtt_bands import LAST_CLOSED_BAND
from clockstop.rules.rtt_return_rows import Names, ReturnRow
from clockstop.store import frozen_returns
from clockstop.store.home import Home

FROZEN, PUBLISHED, DATA = "frozen", "published", "data"
_PARTS = {
    "completed_admitted": "part_1a",
    "completed_non_admitted": "part_1b",
    "incomplete": "part_2",
    "decision_to_admit": "part_2a",
    "new_periods": "part_3",
}
_BANDS = (*(band_column(lower) for lower in range(LAST_CLOSED_BAND)), "weeks_over")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A return that is there already: its rows, where they come from (`frozen`, `published` or `data`) and that in words."""

    kind: str
    title: str
    rows: tuple[ReturnRow, ...]


def closed(home: Home, trust: str, month: str, number: int | None = None) -> Source | None:
    """The return as it was closed; None where the month is open."""
    kept = frozen_returns.frozen(home, trust, month, number)
    if kept is None:
        return None
    rows = read_return(frozen_returns.return_file(home, kept), provider=trust).rows if kept.totals else ()
    revision = f", revision {kept.number}" if kept.number > 1 else ""
    return Source(kind=FROZEN, title=f"as closed by {kept.closed_by} on {kept.closed_at[:10]}{revision}", rows=rows)


def published(home: Home, trust: str, month: str) -> Source | None:
    """The return as NHS England published it: of the revision in use that has rows of the trust; None where none has."""
    found = catalogue.revisions(home, rtt_full_extract.PUBLICATION.slug, month)
    for revision in sorted(found, key=lambda one: (one.is_revised, one.load_number), reverse=True):
        rows = _published_rows(home, revision, trust)
        if rows.num_rows:
            number = f", revision {revision.number}" if len(found) > 1 else ""
            title = f"as published ({revision.file_name}{number})"
            return Source(kind=PUBLISHED, title=title, rows=tuple(_row(row, trust, month) for row in rows.to_pylist()))
    return None


def names(home: Home, trust: str) -> Names:
    """What the provider and its commissioners are called: as last published, else as shipped, else as the trust says itself."""
    known = shipped.organisations()
    own = known.get(trust, {})
    found = _last_published(home, trust)
    of_provider = found[0] if found else {}
    commissioners = {row["commissioner"]: _commissioner(row, known) for row in found if row["commissioner"]}
    return Names(
        provider=of_provider.get("provider_name") or own.get("name") or organisation(home, trust).name.upper(),
        provider_parent=of_provider.get("icb") or own.get("icb_code") or "",
        provider_parent_name=of_provider.get("icb_name") or own.get("icb_name") or "",
        commissioners=commissioners,
    )


def _published_rows(home: Home, revision: catalogue.Revision, trust: str) -> pa.Table:
    return pq.read_table(catalogue.table_file(home, revision, "rows"), filters=pc.field("provider") == trust)


def _row(row: dict, trust: str, month: str) -> ReturnRow:
    is_new = row["part"] == "new_periods"
    return ReturnRow(
        part=_PARTS[row["part"]],
        commissioner=row["commissioner"] or "",
        treatment_function=row["treatment_function"] or "",
        bands=tuple(None if is_new else row.get(name) or 0 for name in _BANDS),
        known=row["known_start"],
        unknown=row["unknown_start"],
        total=row["total_all"],
        provider=trust,
        month=month,
        line=row["line"],
    )


def _last_published(home: Home, trust: str) -> list[dict]:
    """The names in the latest month that has rows of the trust."""
    found = catalogue.revisions(home, rtt_full_extract.PUBLICATION.slug)
    columns = ["icb", "icb_name", "provider_name", "commissioner", "commissioner_name", "commissioner_icb"]
    for revision in sorted(found, key=lambda one: (one.month, one.is_revised, one.load_number), reverse=True):
        rows = _published_rows(home, revision, trust)
        if rows.num_rows:
            return rows.select(columns).group_by(columns).aggregate([]).to_pylist()
    return []


def _commissioner(row: dict, known: dict[str, dict[str, str]]) -> tuple[str, str, str]:
    parent = row["commissioner_icb"] or ""
    name = row["commissioner_name"] or ("#N/A" if row["commissioner"] == "NONC" else "")
    return name, parent, known.get(parent, {}).get("name", "")
