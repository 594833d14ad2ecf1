"""National returns as people read them in a terminal, and as programs do."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

MOST_SHOWN = 10
MOST_COLUMNS = 9
WIDTH_OF_LABEL = 46


def made_text(answer, out: Path | None) -> str:
    """What was made: its first figures row by row, its checks, its flow, what changed since it was closed, where it was written."""
    made = answer.today
    period = made.period
    state = "" if period.is_over else f", which is not over: counted to {period.census.isoformat()}"
    lines = [
        f"{made.declared.name} return of {made.trust_name} ({made.trust}), {period.title}{state}",
        f"Snapshot {made.snapshot_id} as of {made.as_of.isoformat()}; to be sent by {made.declared.due(period).isoformat()}.",
        "",
        *_table(made.declared, answer.rows),
        "",
        *checks_lines(made.checks),
        *_flows(made),
        *_since(answer),
    ]
    return "\n".join([*lines, *([f"Written: {out}"] if out else [])])


def _table(declared, rows) -> list[str]:
    sheet = declared.main
    own = [row for row in rows if row.sheet == sheet.name]
    places = [place for place, column in enumerate(sheet.columns) if column.is_figure][:MOST_COLUMNS]
    if declared.is_of_records:
        return [f"{len(own):,} rows: {sheet.row}."]
    width = max([len(row.title or row.cut) for row in own] + [10])
    lines = [" " * width + "".join(f"{sheet.columns[place].name[:16]:>18}" for place in places)]
    for row in own:
        lines.append(
            f"{row.title or row.cut:<{width}}"
            + "".join(f"{_figure(sheet.columns[place], row.cells[place]):>18}" for place in places)
        )
    more = sum(column.is_figure for column in sheet.columns) - len(places)
    return [*lines, f"{more} more columns: --out FILE or --format csv has them all."] if more else lines


def _figure(column, cell) -> str:
    from clockstop.rules.national_return_checks import is_number, said

    if column.kind == "share":
        return f"{cell:.1%}" if is_number(cell) else "-"
    return said(cell)


def checks_lines(found: Sequence, *, most: int = MOST_SHOWN) -> list[str]:
    """Each check with what it found and what to do about it."""
    from clockstop.rules.national_return import QUERY, failures

    failed = failures(found)
    lines = [f"Checks: {sum(one.is_passed for one in found)} passed, {failed['error']} failed, {failed['query']} to be explained."]
    for one in found:
        word = "pass " if one.is_passed else "QUERY" if one.check.kind == QUERY else "FAIL "
        lines.append(f"  {word}  {one.check.slug}: {one.check.title}.")
        lines += [f"           {_finding(finding)}" for finding in one.findings[:most]]
        if len(one.findings) > most:
            lines.append(f"           ... and {len(one.findings) - most:,} more.")
        if not one.is_passed:
            lines.append(f"           Do: {one.check.do}")
    return lines


def _finding(one) -> str:
    where = [f"sheet {one.sheet}" if one.sheet else "", f"line {one.line}" if one.line else "", one.row, one.column]
    place = ", ".join(part for part in where if part)
    figures = f" Found {one.found}; expected {one.expected}." if one.expected else f" Found {one.found}." if one.found else ""
    return f"{place}: {one.says}{figures}".replace(":  ", ": ") if place else f"{one.says}{figures}"


def _flows(made) -> list[str]:
    if not made.flows:
        return []
    heads = list(made.declared.flow_steps.values())
    lines = ["", f"Flow of the list; last time {made.before_title}."]
    for one in made.flows:
        steps = ", ".join(f"{head.lower()} {number:,}" for head, number in zip(heads, one.steps.values(), strict=True))
        lines.append(f"  {one.title}: {steps}; waiting now {one.closing:,}; unexplained {one.unexplained:,}")
    return lines


def _since(answer) -> list[str]:
    kept = answer.kept
    if kept is None:
        return []
    why = f" Reason: {kept.reason}" if kept.reason else ""
    lines = ["", f"Closed by {kept.closed_by} at {kept.closed_at}, {kept.title}, from snapshot {kept.snapshot_id}.{why}"]
    if not answer.changed:
        return [*lines, "Today's data say the same."]
    lines.append(f"Since then {len(answer.changed):,} figures have changed:")
    for one in answer.changed[:MOST_SHOWN]:
        lines.append(f"  {one.sheet}, {one.row}, {one.column}: {one.then} then, {one.now} today")
    return [*lines, *([f"  ... and {len(answer.changed) - MOST_SHOWN:,} more."] if len(answer.changed) > MOST_SHOWN else [])]


def file_text(found) -> str:
    """What a file is, and every check with each place at fault."""
    sheets = ", ".join(f"{name} {number:,}" for name, number in _rows_by_sheet(found.sent.rows).items())
    lines = [f"{found.declared.name} return of {found.sent.org_code or 'nobody named'}, {found.period.title}: rows in {sheets}."]
    lines += [f"Compared with {found.before.file.name}."] if found.before else []
    return "\n".join([*lines, "", *checks_lines(found.checks, most=50)])


def _rows_by_sheet(rows: Iterable) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.sheet] = found.get(row.sheet, 0) + 1
    return found


def file_values(found) -> str:
    """The checks of a file for a program."""
    from clockstop.reports.national_return_files import check_values

    values = {
        "return": found.declared.slug,
        "file": str(found.sent.file),
        "org_code": found.sent.org_code,
        "period": found.period.name,
        "rows": _rows_by_sheet(found.sent.rows),
        "failed": [one.check.slug for one in found.checks if not one.is_passed],
        "checks": check_values(found.checks),
    }
    return json.dumps(values, indent=1, default=str)


def reconciled_text(found, out: Path | None) -> str:
    """The figures of the whole beside what was published, the reasons as far as they fit, and the rows that differ most."""
    from clockstop.reports.national_differences import totals

    made, whole = found.made, totals(found)
    rows = [one for one in found.differing if one.cut and one not in whole][: 2 * MOST_SHOWN]
    width = max([len(_label(one)) for one in (*whole, *rows)] + [WIDTH_OF_LABEL])
    lines = [
        f"{made.declared.name} return of {made.trust_name} ({made.trust}), {made.period.title}, beside {found.title}",
        f"{len(found.figures):,} figures compared, {len(found.differing):,} differ.",
        "",
        f"{'':<{width}}{'ours':>12}{'published':>12}{'difference':>12}{'explained':>12}{'left over':>12}",
    ]
    lines += [_beside(one, width) for one in whole]
    lines += ["", "Of its rows:", *(_beside(one, width) for one in rows)] if rows else []
    lines += ["", *_reasons(found)] if found.told else []
    return "\n".join([*lines, *([f"Written: {out}"] if out else [])])


def _label(one) -> str:
    """What a figure is of: its column alone where it is of the whole return, else its row before it."""
    return f"{one.row}: {one.column}" if one.cut else one.column


def _beside(one, width: int) -> str:
    title = f"{_label(one):<{width}}"
    if one.published is None:
        return f"{title}{_plain(one.ours):>12}{one.text or '-':>12}"
    explained = one.difference - one.unexplained
    return (f"{title}{_plain(one.ours):>12}{_plain(one.published):>12}{_plain(one.difference, sign='+'):>12}"
            f"{_plain(explained, sign='+'):>12}{_plain(one.unexplained, sign='+'):>12}")  # fmt: skip


def _plain(value: float, *, sign: str = "") -> str:
    """A figure, whole where it is; what is nought but for the last digit of a computer is 0, without a sign."""
    if abs(value) < 0.005:
        return "0"
    return f"{value:{sign},.0f}" if abs(value - round(value)) < 1e-6 else f"{value:{sign},.2f}"


def _reasons(found) -> list[str]:
    lines = ["What our records say of it:"]
    for slug, reason in found.reasons.items():
        told = [one for one in found.told if one.reason == slug]
        if not told:
            continue
        certain = "shown by the records" if reason.is_certain else "would fit"
        rows = ", ".join(f"{one.cut} ({'exactly' if one.is_exact else f'{one.share:.0%}'})" for one in told[:MOST_SHOWN])
        more = f" and {len(told) - MOST_SHOWN} more" if len(told) > MOST_SHOWN else ""
        lines += [f"  {slug} ({certain}): {reason.says}.", f"    In {rows}{more}.", f"    Do: {reason.do}"]
    return lines


def reconciled_values(found, out: Path | None) -> str:
    """The whole reconciliation for a program."""
    made = found.made
    return json.dumps(
        {
            "return": made.declared.slug, "trust": made.trust, "period": made.period.name, "snapshot_id": made.snapshot_id,
            "published": found.title, "revision": found.revision.number, "file": str(out) if out else None,
            "figures": [
                {
                    "key": one.key, "cut": one.cut, "sheet": one.sheet, "row": one.row, "column": one.column, "ours": one.ours,
                    "published": one.published, "text": one.text, "published_at": one.place, "difference": one.difference,
                    "reasons": dict(one.reasons), "unexplained": one.unexplained,
                }
                for one in found.figures
            ],
            "reasons": [
                {
                    "reason": one.reason, "row": one.cut, "share": one.share, "is_exact": one.is_exact,
                    "is_certain": found.reasons[one.reason].is_certain, "says": found.reasons[one.reason].says,
                }
                for one in found.told
            ],
        },
        indent=1,
        ensure_ascii=False,
    )  # fmt: skip
