"""Which figure a column of an A&E sheet is, by its title and the group over it: workbooks of all eras and the series."""

import re
from collections.abc import Sequence

from clockstop.intake.published.grids import Grid

# What is counted, by the group over the columns, then by the title itself. An open group holds until the next begins.
_GROUPS = (
    (r".*of which is additional mapped.*", "mapped"),
    (r".*percentage.*|.*performance.*", "share_within_4_hours"),
    (r".*(greater than|> ?4).*|.*more than 4.*", "over_4_hours"),
    (r".*(less than|<=? ?4).*", "within_4_hours"),
    (r".*emergency admissions.*", "admissions"),
    (r".*attendances.*", "attendances"),
)
_TITLES = (
    (r".*>12 ?hours from decision to admit.*|.*12\+? h.*decision to admit.*", "waits_12_hours_from_dta", ""),
    (r".*>4 ?hours from decision to admit.*|.*4 h.*decision to admit.*", "waits_over_4_hours_from_dta", ""),
    (r"emergency admissions via type (?P<type>1|2|3).*", "emergency_admissions_via_ae", ""),
    (r"total emergency admissions via a&e", "emergency_admissions_via_ae", ""),
    (r"other emergency admissions.*", "emergency_admissions_not_via_ae", ""),
    (r"total emergency admissions", "emergency_admissions", ""),
    (r"percentage in 4 hours or less \(type (?P<type>1|2|3)\)( \(booked.*)?( before mapping)?", "share_within_4_hours", ""),
    (r"percentage in 4 hours or less \(all\)( \(booked.*)?", "share_within_4_hours", ""),
    (r"percentage in 4 hours or less \(all\) with additional mapped.*", "share_within_4_hours", ""),
)
_TYPE = r"type (?P<type>1|2|3).*"
_TOTAL = r"total.*|.*appointment attendances.*"
_COUNTED = ("attendances", "over_4_hours", "within_4_hours")
FIGURE_COLUMN = r"type 1 departments.*"


def figure_columns(grid: Grid, index: int) -> dict[int, tuple[str, str]]:
    """The figure (key and department type) of each column under the header row at `index`, the groups in the row above it."""
    titles = grid.top[index]
    groups = _groups(grid.top[index - 1] if index else (), len(titles))
    found: dict[int, tuple[str, str]] = {}
    for place, title in enumerate(titles):
        figure = _figure(title, groups[place])
        if figure is not None and figure not in found.values():
            found[place] = figure
    return found


def _groups(over: Sequence[str], width: int) -> list[str]:
    groups, current = [], ""
    for place in range(width):
        text = over[place] if place < len(over) else ""
        if text:
            current = next((name for pattern, name in _GROUPS if re.fullmatch(pattern, text)), "")
        groups.append(current)
    return groups


def _figure(title: str, group: str) -> tuple[str, str] | None:
    for pattern, key, _ in _TITLES:
        if match := re.fullmatch(pattern, title):
            return None if "before mapping" in title else (key, _kind(match.groupdict().get("type")))
    if group == "mapped":
        key = "mapped_over_4_hours" if ">" in title else "mapped_attendances"
        return (key, "") if "attendances" in title else None
    if group not in _COUNTED:
        return None
    if match := re.fullmatch(_TYPE, title):
        return group, _kind(match["type"])
    return (group, "") if re.fullmatch(_TOTAL, title) else None


def _kind(number: str | None) -> str:
    return {None: "", "3": "other"}.get(number, number or "")
