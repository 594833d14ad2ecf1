"""The monthly return and its checks as people read them in a terminal, and as programs do."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from clockstop.rules.rtt_return_checks import QUERY, Checked, Finding, failures
from clockstop.rules.rtt_return_rows import PART_CODES, PART_TITLES, totals

MOST_SHOWN = 10
READINGS = {
    "balanced": "balanced",
    "unreported_removals": "unreported removals",
    "unreported_starts": "unreported starts",
}


def return_text(answer, out: Path | None) -> str:
    """What was made, part by part, its checks, its flow, what has changed since it was closed, and where it was written."""
    found = answer.today
    month = found.month
    lines = [
        f"RTT monthly return of {found.trust_name} ({found.trust}), {month.name}",
        f"Snapshot {found.snapshot_id} as of {found.as_of.isoformat()}; to be sent by {month.deadline.isoformat()} (RTT-R54).",
        *found.notes,
        "",
        *_parts(answer),
        "",
        *_checks(found.checks),
        "",
        *_flows(found),
    ]
    lines += ["", *_since(answer)] if answer.kept else []
    return "\n".join([*lines, *(["", f"Written: {out}"] if out else [])])


def _parts(answer) -> list[str]:
    from clockstop.answers.monthly_return import unknown_starts, without_nonc

    found, kept = answer.today, answer.kept
    now, before = found.totals, totals(found.last_month.rows)
    english, unknown = without_nonc(found.rows), unknown_starts(found.rows)
    sent = f"{'as sent':>10}" if kept else ""
    lines = [f"{'Part':<54}{sent}{'today':>10}{'of it NONC':>12}{'unknown start':>15}{'last month':>12}"]
    for part, code in PART_CODES.items():
        kept_figure = f"{kept.totals.get(part, 0):>10,}" if kept else ""
        nonc = now[part] - english.get(part, 0)
        lines.append(f"{code:<8}{PART_TITLES[part]:<46}{kept_figure}{now[part]:>10,}{nonc:>12,}"
                     f"{unknown.get(part, 0):>15,}{before.get(part, 0):>12,}")  # fmt: skip
    lines.append(f"Last month: {found.last_month.title}.")
    return lines


def checks_text(sent, checked: Sequence[Checked], before) -> str:
    """What a file is, and every check with each place at fault."""
    parts = ", ".join(f"{PART_CODES[part]} {count:,}" for part, count in totals([*sent.rows]).items())
    lines = [f"RTT return of {sent.provider}, {sent.month}: {len(sent.rows):,} rows. {parts}."]
    if before:
        lines.append(f"Compared with {before.file.name}, {before.month}.")
    return "\n".join([*lines, "", *_checks(checked, most=50)])


def _checks(checked: Sequence[Checked], *, most: int = MOST_SHOWN) -> list[str]:
    failed = failures(checked)
    passed = sum(one.is_passed for one in checked)
    head = f"Checks (RTT-R48): {passed} passed, {failed['error']} failed, {failed['query']} to be explained."
    lines = [head]
    for one in checked:
        word = "pass " if one.is_passed else "QUERY" if one.check.kind == QUERY else "FAIL "
        lines.append(f"  {word}  {one.check.name}: {one.check.title}.")
        lines += [f"           {_finding(finding)}" for finding in one.findings[:most]]
        if len(one.findings) > most:
            lines.append(f"           ... and {len(one.findings) - most:,} more.")
        if not one.is_passed:
            lines.append(f"           Do: {one.check.do}")
        if one.notes:
            shown = ", ".join(sorted({note.treatment_function or note.part for note in one.notes})[:MOST_SHOWN])
            lines.append(f"           Worth a look, though the check passes on the whole: {shown}.")
    return lines


def _finding(one: Finding) -> str:
    where = [
        f"line {one.line}" if one.line else "",
        PART_CODES.get(one.part, one.part),
        one.treatment_function,
        f"commissioner {one.commissioner}" if one.commissioner else "",
        one.column,
    ]
    place = ", ".join(part for part in where if part)
    figures = f" Found {one.found}; expected {one.expected}." if one.found or one.expected else ""
    return f"{place}: {one.says}{figures}" if place else f"{one.says}{figures}"


_COLUMNS = (
    ("opening", "opening"), ("starts", "+starts"), ("transfers_in", "+in"), ("reinstated", "+back"), ("function_changes", "±moved"),
    ("stops", "-stops"), ("transfers_out", "-out"), ("nullified", "-null"), ("validation_removals", "-removed"),
    ("closing", "closing"),
)  # fmt: skip


def _flows(found) -> list[str]:
    lines = [f"Flow of Part 2 by treatment function (RTT-R49); opening {found.last_month.title}."]
    lines.append(f"{'':<7}" + "".join(f"{title:>9}" for _, title in _COLUMNS) + f"{'unexplained':>13}")
    for one in found.flows:
        mark = f"  {READINGS[one.reading]}{', unusual: look into it' if one.is_unusual else ''}"
        figures = "".join(f"{int(getattr(one.flow, name)):>9,}" for name, _ in _COLUMNS)
        lines.append(f"{one.treatment_function:<7}{figures}{one.unexplained:>13,}{mark}")
    return lines


def _since(answer) -> list[str]:
    kept = answer.kept
    why = f" Reason: {kept.reason}" if kept.reason else ""
    head = [
        f"Closed by {kept.closed_by} at {kept.closed_at}, revision {kept.number}, from snapshot {kept.snapshot_id}.{why}",
        f"sha256 of the return {kept.return_sha256}",
    ]
    if not answer.pathways_changed:
        return [*head, "Today's data say the same of every pathway."]
    lines = [f"Since then {len(answer.pathways_changed):,} places of pathways have changed:"]
    for one in answer.figures_changed[:MOST_SHOWN]:
        band = f"week band {one.band}" if one.band else "no band"
        lines.append(f"  {PART_CODES[one.part]:<8}{one.treatment_function:<7}{band:<14}{one.then:>7,} then{one.now:>7,} today")
    if len(answer.figures_changed) > MOST_SHOWN:
        lines.append(f"  ... and {len(answer.figures_changed) - MOST_SHOWN:,} more figures.")
    for one in answer.pathways_changed[:MOST_SHOWN]:
        lines.append(f"  {PART_CODES[one.part]:<8}{one.patient_pathway_identifier} {one.kind}: {one.why}")
    if len(answer.pathways_changed) > MOST_SHOWN:
        lines.append(f"  ... and {len(answer.pathways_changed) - MOST_SHOWN:,} more pathways; --format json lists them all.")
    return [*head, *lines]


def return_values(answer, out: Path | None) -> str:
    """The whole answer for a program."""
    from clockstop.answers.return_changes import rows_of

    found, kept = answer.today, answer.kept
    return json.dumps(
        {
            "trust": found.trust,
            "month": found.month.name,
            "snapshot_id": found.snapshot_id,
            "as_of": found.as_of.isoformat(),
            "deadline": found.month.deadline.isoformat(),
            "is_provisional": not found.month.is_over,
            "notes": list(found.notes),
            "file": str(out) if out else None,
            "closed": asdict(kept) if kept else None,
            "totals": kept.totals if kept else found.totals,
            "totals_today": found.totals,
            "last_month": {
                "source": found.last_month.kind, "title": found.last_month.title, "totals": totals(found.last_month.rows),
            },
            "checks": [_check_values(one) for one in found.checks],
            "flows": [
                {
                    "treatment_function": one.treatment_function, **vars(one.flow), "unexplained": one.unexplained,
                    "reading": one.reading, "is_unusual": one.is_unusual,
                }
                for one in found.flows
            ],
            "figures_changed": [vars(one) for one in answer.figures_changed],
            "pathways_changed": rows_of(answer.pathways_changed),
        },
        indent=1,
    )  # fmt: skip


def checks_values(sent, checked: Sequence[Checked]) -> str:
    """The checks of a file for a program."""
    values = {
        "file": str(sent.file),
        "provider": sent.provider,
        "month": sent.month,
        "rows": len(sent.rows),
        "totals": totals([*sent.rows]),
        "failed": [one.check.name for one in checked if not one.is_passed],
        "checks": [_check_values(one) for one in checked],
    }
    return json.dumps(values, indent=1)


def _check_values(one: Checked) -> dict:
    return {
        "check": one.check.name,
        "title": one.check.title,
        "kind": one.check.kind,
        "is_passed": one.is_passed,
        "findings": [asdict(finding) for finding in one.findings],
        "notes": [asdict(finding) for finding in one.notes],
        "do": one.check.do,
    }
