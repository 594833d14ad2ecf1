"""What `clockstop validate` says, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from clockstop.answers.quality import flag as flag_of
from clockstop.answers.standard_range import Method, Ranges, RateLine
from clockstop.insight.standard_range import Range
from clockstop.insight.validation_rates import UNFLAGGED
from clockstop.measures.catalogue import measure
from clockstop.reports.worksheet_receipt import REASONS, Recorded


def recorded_values(found: Recorded) -> dict[str, Any]:
    """What a program reads of a recorded worksheet."""
    return {
        "file": found.file_name, "rows_read": found.read, "rows_recorded": found.kept, "rows_set_aside": len(found.aside),
        "outcomes": found.outcomes, "reasons": _counted(found), "drawn": found.drawn, "still_open": found.still_open,
        "set_aside": [asdict(one) for one in found.aside],
    }  # fmt: skip


def recorded_text(found: Recorded) -> str:
    """The receipt of a recorded worksheet."""
    lines = [f"{found.read:,} rows read = {found.kept:,} recorded + {len(found.aside):,} set aside"]
    lines += [f"  {number:>6,}  {code}" for code, number in found.outcomes.items()]
    lines += [f"  {number:>6,}  set aside: {REASONS[code]}" for code, number in _counted(found).items()]
    lines += [f"Row {one.source_row}: {one.says}" for one in found.aside if one.code not in {"not_filled", "already_recorded"}]
    for name, still in found.still_open.items():
        drawn = found.drawn[name]
        says = "Every clock of it is answered." if not still else f"{still:,} of its {drawn:,} clocks are not answered yet."
        lines.append(f"Sample {name}: {says}")
    return "\n".join(lines)


def _counted(found: Recorded) -> dict[str, int]:
    codes = [one.code for one in found.aside]
    return {code: codes.count(code) for code in REASONS if code in codes}


def rates_values(lines: Sequence[RateLine]) -> list[dict[str, Any]]:
    """What a program reads of the rates."""
    return [
        {
            "trust": one.trust, "flag": one.flag, "open": one.open, "checked": one.checked, "removed": one.removed,
            "start_moved": one.moved, "still_right": one.right, "checked_in_other_trusts": one.elsewhere, "a": round(one.rate.a, 4),
            "b": round(one.rate.b, 4), "mean": round(one.rate.mean, 4), "low": round(one.low, 4), "high": round(one.high, 4),
            "has_rate": one.has_rate,
            "yield": None if one.found_wrong is None else round(one.found_wrong, 4), "is_thin": one.is_thin,
        }
        for one in lines
    ]  # fmt: skip


def rates_text(org: str, lines: Sequence[RateLine]) -> str:
    """The rates as a table."""
    head = f"{'flag':<24}{'open':>7}{'checked':>9}{'removed':>9}{'moved':>7}{'right':>7}  {'leaves the list':<22}{'yield':>7}"
    rows = [
        f"{one.flag:<24}{one.open:>7,}{one.checked:>9,}{one.removed:>9,}{one.moved:>7,}{one.right:>7,}  "
        f"{f'{one.rate.mean:.1%} ({one.low:.1%} to {one.high:.1%})' if one.has_rate else 'not known':<22}"
        f"{'' if one.found_wrong is None else f'{one.found_wrong:.0%}':>7}"
        for one in lines
    ]
    thin = sum(one.is_thin for one in lines)
    tail = [f"{thin} of these flags have too few checks for a rate of their own: clockstop validate sample --org {org} --flag SLUG"]
    return "\n".join([head, *rows, *(tail if thin else [])])


def ranges_values(found: Ranges, where: Mapping[str, str]) -> dict[str, Any]:
    """What a program reads of the ranges: shares are 0 to 1."""
    method = asdict(found.method) | {"unsampled": dict(found.method.unsampled)}
    return {"where": dict(where), "ranges": {slug: asdict(one) for slug, one in found.of.items()}, "method": method}


def ranges_text(found: Ranges, where: Mapping[str, str]) -> str:
    """The ranges as sentences, and how they came about."""
    lines = [
        f"The waiting list of {', '.join(where.values())}, data to {found.method.as_of}, snapshot {found.method.snapshot_id}",
        "",
    ]
    for slug, one in found.of.items():
        lines += [measure(slug).title, *(f"  {words}" for words in _range_lines(slug, one, found.method)), ""]
    return "\n".join([*lines, *method_lines(found.method)])


def _range_lines(slug: str, one: Range, method: Method) -> list[str]:
    is_share = measure(slug).kind == "share"

    def said(value: float | None) -> str:
        return "none left" if value is None else f"{value:.1%}" if is_share else f"{value:,.0f}"

    lines = [
        f"as counted, none removed: {said(one.counted)}; all doubtful removed: {said(one.all_removed)}",
        f"whichever are removed: {said(one.least)} to {said(one.greatest)}",
    ]
    if one.low is None:
        return [*lines, "no interval: no sample has been checked"]
    return [*lines, f"when they are resolved: {said(one.low)} to {said(one.high)} ({method.level:.0%}), middle {said(one.middle)}"]


def method_lines(method: Method) -> list[str]:
    """How the ranges came about, in sentences."""
    lines = [
        f"{method.clocks:,} clocks; {method.in_doubt:,} under a flag and not settled; {method.settled:,} settled by an outcome.",
        f"{method.checked:,} checked in {len(method.samples):,} samples; {method.draws:,} draws, seed {method.seed}.",
    ]
    if method.unsampled:
        named = ", ".join(f"{flag_of(flag).name} ({number:,})" for flag, number in method.unsampled if flag != UNFLAGGED)
        lines.append(f"No sample yet, so any part of these may go: {named}.")
    if not method.is_unflagged_sampled:
        lines.append("Clocks under no flag are taken as right: no sample of them was drawn (--flag unflagged).")
    return lines
