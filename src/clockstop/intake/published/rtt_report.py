"""A month's figures as a person reads them, and as a program does."""

import calendar
import re
from typing import Any

from clockstop.errors import UnknownName
from clockstop.intake.published import months
from clockstop.intake.published.publication import ATTRIBUTION
from clockstop.intake.published.rtt_figures import ESTIMATES, FIGURES
from clockstop.intake.published.rtt_published import AreaFigures

_LABELS = {
    "incomplete": "Waiting (incomplete pathways)",
    "within_18_weeks": "  within 18 weeks",
    "over_52_weeks": "  over 52 weeks",
    "over_65_weeks": "  over 65 weeks",
    "over_78_weeks": "  over 78 weeks",
    "over_104_weeks": "  over 104 weeks",
    "decision_to_admit": "  with a decision to admit",
    "median_weeks": "  median wait, weeks",
    "percentile_92_weeks": "  92nd percentile, weeks",
    "completed_admitted": "Completed, admitted",
    "admitted_median_weeks": "  median wait, weeks",
    "admitted_percentile_95_weeks": "  95th percentile, weeks",
    "completed_non_admitted": "Completed, not admitted",
    "non_admitted_median_weeks": "  median wait, weeks",
    "non_admitted_percentile_95_weeks": "  95th percentile, weeks",
    "new_periods": "New periods (clock starts)",
}
# A month in full, or its first three letters.
_NAMES = "|".join(f"{name.lower()}|{name[:3].lower()}" for name in calendar.month_name[1:])
_SHARES = {"within_18_weeks", "over_52_weeks", "decision_to_admit"}


def month_argument(text: str | None) -> str | None:
    """The month as YYYY-MM, however it was typed; a message where it is none.

    >>> month_argument("2025-07"), month_argument("2025-7"), month_argument("202507"), month_argument("July 2025")
    ('2025-07', '2025-07', '2025-07', '2025-07')
    """
    if text is None:
        return None
    typed = text.strip()
    if found := re.fullmatch(r"(20\d\d)[-/ ]?(0?[1-9]|1[0-2])", typed) or re.fullmatch(r"(0?[1-9]|1[0-2])[-/](20\d\d)", typed):
        year, number = sorted((int(part) for part in found.groups()), reverse=True)
        return f"{year}-{number:02d}"
    named = months.month(typed) if re.fullmatch(rf"({_NAMES})[-, ]+\d\d(\d\d)?", typed.lower()) else None
    if named is None:
        raise UnknownName(f"{text} is no month.", do="Write it as 2026-01, year first.")
    return named


def function_argument(text: str) -> str:
    """A treatment function as the files write it: 110 and c_110 are C_110."""
    code = text.strip().upper()
    return f"C_{code}" if re.fullmatch(r"\d{3}", code) else code


def shares(row: dict[str, Any]) -> dict[str, float | None]:
    """The shares, 0 to 1, of those waiting."""
    total = row.get("incomplete")
    return {f"share_{name}": row[name] / total if total and row.get(name) is not None else None for name in sorted(_SHARES)}


def values(found: AreaFigures) -> dict[str, Any]:
    """The figures, the area and the source, for a program; a figure that is not known is null."""
    row = found.row
    names = [name for name in FIGURES if name not in ESTIMATES or row.get(name) is not None]
    area = ("area_kind", "area_code", "area_name", "icb_code", "icb_name", "region_code", "region_name", "treatment_function")
    return {
        "dataset": "rtt",
        "month": found.month,
        **{name: row.get(name) for name in area},
        "includes_nonc": row["includes_nonc"],
        "is_in_extract": found.is_in_extract,
        **{name: row.get(name) for name in names},
        **shares(row),
        "source": found.source.kind,
        "source_file": found.source.file_name,
        "revision": found.source.revision,
        "is_revised": found.source.is_revised,
        "loaded_at": found.source.loaded_at,
        "is_excerpt": found.source.is_excerpt,
        "notes": list(found.source.notes),
        "attribution": ATTRIBUTION,
    }


def text(found: AreaFigures) -> str:
    """The figures as lines, with what they are of and where they come from."""
    row, source = found.row, found.source
    code = "" if row["area_kind"] == "england" else f" ({row['area_code']})"
    function = "" if row["treatment_function"] == "C_999" else f", treatment function {row['treatment_function']}"
    nonc = ", with commissioner NONC" if row["includes_nonc"] else ", without commissioner NONC"
    lines = [f"RTT, {found.month}: {row['area_name']}{code}{function}{nonc}"]
    lines += [f"{label:<34}{_figure(row, name)}" for name, label in _LABELS.items()]
    if not found.is_in_extract:
        lines.append("The extract has no row of this: nothing was returned for it, so noughts are shown.")
    revision = f", revision {source.revision}{' (revised)' if source.is_revised else ''}" if source.revision else ""
    file = f": {source.file_name}" if source.file_name else ""
    return "\n".join([*lines, *source.notes, f"From: {source.title}{file}{revision}.", ATTRIBUTION])


def _figure(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return "  not published"
    if name.endswith("_weeks") and isinstance(value, float):
        return f"{value:>12.1f}"
    share = f"  {value / row['incomplete']:.1%}" if name in _SHARES and row.get("incomplete") else ""
    return f"{value:>12,}{share}"
