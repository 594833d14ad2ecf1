"""NHS England's A&E monthly CSV (MSitAE): every provider's attendances, waits over 4 hours, waits for a bed and admissions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from clockstop.errors import UnreadableFile
from clockstop.intake.published.ae_figures import BOOKED, TYPES, UNBOOKED, Count, Counts, add_row
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source
from clockstop.intake.published.shipped import REGIONS

TITLE = "A&E monthly CSV"
_WHOLE_COUNTRY = 100  # providers; a file of fewer is an excerpt, and its sum is not England
_HOURS = r"over ?4 ?h(ou)?rs"
_NEEDED = {
    "Period": r"period",
    "Org Code": r"(org|organisation|provider) ?code",
    "A&E attendances Type 1": r"(number of )?a&e attendances type 1",
    "Attendances over 4hrs Type 1": rf"(number of )?attendances {_HOURS} type 1",
}
_NAME = (r"(org|organisation|provider) ?name", r"name")
_PARENT = (r"parent org.*", r"region.*")
_KIND = r"(?P<kind>type 1|type 2|type 3|other.*)"
_COUNTS = (
    (rf"(number of )?a&e attendances booked appointments {_KIND}", "attendances", BOOKED),
    (rf"(number of )?a&e attendances {_KIND}", "attendances", UNBOOKED),
    (rf"(number of )?attendances {_HOURS} booked appointments {_KIND}", "over_4_hours", BOOKED),
    (rf"(number of )?attendances {_HOURS} {_KIND}", "over_4_hours", UNBOOKED),
    (r"patients who have waited 4 ?- ?12 ?h(ou)?r?s from dta to admission", "waits_4_to_12_hours_from_dta", ""),
    (r"patients who have waited 12\+ ?h(ou)?rs from dta to admission", "waits_12_hours_from_dta", ""),
    (rf"emergency admissions via a&e ?-? ?{_KIND}", "emergency_admissions_via_ae", ""),
    (r"other emergency admissions.*", "emergency_admissions_not_via_ae", ""),
)


@dataclass(kw_only=True)
class _Provider:
    of: Of
    parent: str
    counts: Counts


@dataclass(kw_only=True)
class _Month:
    """The rows of one month: each provider's, the total row as published, and what is to be said of rows that stand twice."""

    providers: dict[str, _Provider] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    total_at: int | None = None
    total: Counts = field(default_factory=dict)


def is_monthly(preview: Preview) -> bool:
    """Whether it is text with the monthly file's header."""
    return preview.kind == "text" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """The figures of every provider, of the regions and of England, month by month."""
    sheet = headed_sheet(source.file.name, source.grids[0], _NEEDED, publication=TITLE)
    counts = _count_columns(sheet)
    months = _months(sheet, counts)
    if not months:
        raise UnreadableFile(
            "The file has no row of a month.", where=sheet.where(sheet.top), do="Load the file as it was published."
        )
    figures, notes = FigureRows(), _unread(sheet, counts)
    for name in sorted(months):
        notes += [*months[name].notes, *_add_month(figures, name, months[name])]
    last = max(months)
    codes = {code for one in months.values() for code in one.providers}
    details: dict[str, int | str | bool] = {
        "provider_rows": len(months[last].providers),
        "is_excerpt": len(codes) < _WHOLE_COUNTRY,
        "only_provider": next(iter(codes)) if len(codes) == 1 else "",
    }
    rows_read = sum(len(one.providers) for one in months.values())
    tables = {"figures": figures.table(), "rows": rows_table([sheet.grid])}
    return Edition(month=last, tables=tables, rows_read=rows_read, notes=tuple(notes), details=details)


def _count_columns(sheet: HeadedSheet) -> dict[int, Count]:
    """Which count each column is; attendances without the waits of the same type, or the other way round, are refused."""
    found: dict[int, Count] = {}
    for place, title in enumerate(sheet.titles):
        for pattern, key, booking in _COUNTS:
            if match := re.fullmatch(pattern, title):
                count = Count(key, booking, _kind(match.groupdict().get("kind") or ""))
                if count not in found.values():
                    found[place] = count
                break
    has_booked = any(count.booking == BOOKED for count in found.values())
    needed = [
        Count(key, booking, kind)
        for key in ("attendances", "over_4_hours")
        for booking in ((UNBOOKED, BOOKED) if has_booked else (UNBOOKED,))
        for kind in TYPES
    ]
    if lacking := [str(count) for count in needed if count not in found.values()]:
        raise sheet.lacks(f"no column gives {', '.join(lacking)}", TITLE)
    return found


def _kind(text: str) -> str:
    """Department type 1 and 2; type 3 is the other departments."""
    if not text:
        return ""
    return text[-1] if text in ("type 1", "type 2") else "other"


def _months(sheet: HeadedSheet, counts: dict[int, Count]) -> dict[str, _Month]:
    period, code = sheet.needed(_NEEDED["Period"]), sheet.needed(_NEEDED["Org Code"])
    months: dict[str, _Month] = {}
    totals: list[int] = []
    for index in sheet.body():
        if "total" in (sheet.said(index, code).lower(), sheet.said(index, period).lower()):
            totals.append(index)
        elif sheet.said(index, code):
            _add_provider(sheet, index, months, counts)
        elif any(sheet.said(index, place) for place in counts):
            raise sheet.bad(index, code, "names no organisation, and the row has figures")
    if len(totals) == 1 and len(months) == 1:
        (only,) = months.values()
        only.total_at, only.total = totals[0] + 1, _counts(sheet, totals[0], counts)
    return months


def _add_provider(sheet: HeadedSheet, index: int, months: dict[str, _Month], counts: dict[int, Count]) -> None:
    period, code = sheet.needed(_NEEDED["Period"]), sheet.needed(_NEEDED["Org Code"])
    if (found := month(sheet.said(index, period))) is None:
        raise sheet.bad(index, period, "names no month")
    org = sheet.said(index, code).upper()
    of = Of(
        month=found, level="provider", org_code=org, org_name=sheet.said(index, sheet.column(*_NAME)) or org, source_row=index + 1
    )
    provider = _Provider(of=of, parent=sheet.said(index, sheet.column(*_PARENT)), counts=_counts(sheet, index, counts))
    of_month = months.setdefault(found, _Month())
    earlier = of_month.providers.setdefault(org, provider)
    if earlier.counts != provider.counts:
        raise sheet.bad(index, code, f"stands in row {earlier.of.source_row} too, with other figures")
    if earlier is not provider:
        of_month.notes.append(f"{org} stands in rows {earlier.of.source_row} and {index + 1} with the same figures; kept once.")


def _counts(sheet: HeadedSheet, index: int, counts: dict[int, Count]) -> dict[Count, float | None]:
    """The counts of a row, a dash being none; a row that ends before its last count is cut short."""
    cells = len(sheet.grid.rows[index])
    if any("\n" in str(cell) for cell in sheet.grid.rows[index]):
        raise sheet.bad(index, None, "a cell holds a line break, so a quotation mark is left open or closed too late")
    if cells <= max(counts):
        raise sheet.bad(index, None, f"the row ends after {cells} of {max(counts) + 1} cells")
    read = {count: sheet.figure(index, place) for place, count in counts.items()}
    return {count: 0.0 if text in ("-", "–", "—") else value for count, (value, text) in read.items()}


def _unread(sheet: HeadedSheet, counts: dict[int, Count]) -> list[str]:
    known = (*_NEEDED.values(), *_NAME, *_PARENT)
    added = [
        title
        for place, title in enumerate(sheet.titles)
        if len(title) > 1 and place not in counts and not any(re.fullmatch(one, title) for one in known)
    ]
    return [f"Columns that are not read: {', '.join(added)}."] if added else []


def _add_month(figures: FigureRows, name: str, one: _Month) -> list[str]:
    """The month's figures; what is to be known of its total comes back."""
    regions: dict[str, list[Counts]] = {}
    for provider in one.providers.values():
        add_row(figures, provider.of, provider.counts)
        if code := region_code(provider.parent):
            regions.setdefault(code, []).append(provider.counts)
    is_country = len(one.providers) >= _WHOLE_COUNTRY
    for code, counts in regions.items() if is_country else ():
        add_row(figures, Of(month=name, level="region", org_code=code, org_name=REGIONS[code]), _added(counts))
    summed = _added([provider.counts for provider in one.providers.values()])
    if one.total_at is not None:
        add_row(figures, Of(**{**vars(of_england(name)), "source_row": one.total_at}), one.total)
        return _contradictions(name, one.total, summed)
    if not is_country:
        return [f"{name}: {len(one.providers)} providers and no total row: an excerpt, so England is not known."]
    add_row(figures, of_england(name), summed)
    return [f"{name}: there is no total row (the file may be cut short); England is the sum of the {len(one.providers)} providers."]


def region_code(parent: str) -> str | None:
    """The region that a parent names: NHS ENGLAND SOUTH EAST is Y59; none where it is no region of today."""
    name = re.sub(r"nhs england|commissioning region", "", parent.lower()).strip()
    return next((code for code, region in REGIONS.items() if region.lower() == name), None)


def _added(rows: Iterable[Counts]) -> dict[Count, float | None]:
    added: dict[Count, float | None] = {}
    for counts in rows:
        for count, value in counts.items():
            added[count] = (added.get(count) or 0.0) + (value or 0.0)
    return added


def _contradictions(name: str, total: Counts, summed: Counts) -> list[str]:
    differ = [count for count, value in total.items() if value is not None and value != summed.get(count)]
    if not differ:
        return []
    said = "; ".join(f"{count} {total[count]:,.0f} against {summed.get(count) or 0:,.0f}" for count in differ[:3])
    more = f", and {len(differ) - 3} more" if len(differ) > 3 else ""
    return [f"{name}: the total row is not the sum of its providers ({said}{more}). England is shown as the total row has it."]


PUBLICATION = Publication(
    slug="ae_monthly",
    dataset="ae",
    title=TITLE,
    known_by="a header with Period, Org Code, A&E attendances Type 1 and Attendances over 4hrs Type 1",
    is_ours=is_monthly,
    read=read,
)
