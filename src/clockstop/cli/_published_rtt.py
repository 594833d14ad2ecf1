"""RTT's published figures followed, run over the months and traced: as people read them, and as programs do."""

import json
from typing import Any

LINES_SHOWN = 20


def followed_values(found) -> dict[str, Any]:
    """A provider's figures with its predecessors', for a program: what was added, and each as published."""
    from clockstop.cli._published_organisations import _succession
    from clockstop.intake.published import rtt_report

    codes = [part.row["area_code"] for part in found.parts]
    first = rtt_report.values(found.parts[0])
    sums = {key: value for key, value in found.values.items() if key in first}
    return {
        **first,
        "area_code": found.code,
        **sums,
        **rtt_report.shares(found.values),
        "follow": {
            "codes": codes,
            "added": [_succession(one, one.predecessor) for one in found.added],
            "not_added": [_succession(one, one.predecessor) for one in found.divided],
            "as_published": {part.row["area_code"]: {key: part.row.get(key) for key in sums} for part in found.parts},
            "files": {part.row["area_code"]: [part.source.file_name or part.source.title] for part in found.parts},
        },
    }


def followed_text(found) -> str:
    """The same as lines."""
    from dataclasses import replace

    from clockstop.intake.published import rtt_report

    first, codes = found.parts[0], [part.row["area_code"] for part in found.parts]
    name = f"{' + '.join(codes)}, as {found.code} would have been" if len(codes) > 1 else first.row["area_name"]
    shown = replace(first, row={**first.row, **found.values, "area_code": found.code, "area_name": name})
    lines = [rtt_report.text(shown)]
    lines += [
        f"Added: {one.predecessor}, part of {one.successor} from {one.day.isoformat()} ({one.certainty})." for one in found.added
    ]
    lines += [f"Not added: {one.predecessor}, which was divided; part went to {one.successor}." for one in found.divided]
    if not found.added:
        lines.append("No predecessor has figures in this month.")
    else:
        lines.append("Medians and percentiles of several trusts cannot be added up, and are left out.")
    return "\n".join(lines)


def run_text(points, key: str) -> str:
    """A figure month by month, as lines."""
    lines = []
    for point in points:
        files = ", ".join(dict.fromkeys(point.revisions))
        lines.append(f"{point.month}{_figure(point.value, key):>16}  {' + '.join(point.codes):<16}  {files}")
    return "\n".join(lines)


def trace_values(found) -> dict[str, Any]:
    """Where a figure comes from, for a program: every line of the extract that it was added up of."""
    row, source, kept = found.found.row, found.found.source, found.kept
    return {
        "dataset": "rtt",
        "month": found.found.month,
        **{name: row[name] for name in ("area_kind", "area_code", "area_name", "treatment_function", "includes_nonc")},
        "key": found.key,
        "value": found.value,
        "publication": source.title,
        "source": source.kind,
        "source_file": source.file_name,
        "member": kept.member_name if kept else "",
        "revision": source.revision,
        "is_revised": source.is_revised,
        "loaded_at": source.loaded_at,
        "sha256": kept.file_sha256 if kept else "",
        "content_sha256": kept.content_sha256 if kept else "",
        "part": found.part if found.lines else "",
        "lines": [vars(one) for one in found.lines],
        "revisions": [
            {"revision": one.number, "source_file": one.file_name, "sha256": one.file_sha256, "status": one.status, "value": value}
            for one, value in found.revisions
        ],
    }


def trace_json(found) -> str:
    """The same, written."""
    return json.dumps(trace_values(found), indent=1)


def trace_text(found) -> str:
    """The same as lines; the largest of the extract's."""
    values, row = trace_values(found), found.found.row
    function = "" if row["treatment_function"] == "C_999" else f", {row['treatment_function']}"
    nonc = ", with commissioner NONC" if row["includes_nonc"] else ""
    said = _figure(found.value, found.key)
    lines = [
        f"rtt {found.key}, {found.found.month}, {row['area_code']}{function}{nonc}: {said}",
        f"Publication:  {values['publication']}",
    ]
    if values["sha256"]:
        member = f", member {values['member']}" if values["member"] else ""
        lines += [
            f"File:         {values['source_file']}{member}",
            f"SHA-256:      {values['sha256']}",
            f"Revision:     {values['revision']} of {found.kept.month}, loaded {values['loaded_at']}",
        ]
    lines += _lines_text(found)
    lines += [
        f"Revision {one['revision']} says: {_figure(one['value'], found.key)}  ({one['source_file']})"
        for one in values["revisions"]
    ]
    return "\n".join(lines)


def _lines_text(found) -> list[str]:
    if not found.lines:
        return []
    from clockstop.intake.published.rtt_figures import WEEKS

    largest = sorted(found.lines, key=lambda one: (-one.value, one.line))[:LINES_SHOWN]
    what = "worked out of" if found.key in WEEKS else "added up of"
    shown = f"; the largest {len(largest)}, all with --format json" if len(found.lines) > len(largest) else ""
    lines = [f"Lines:        {what} {len(found.lines):,} lines of part {found.part}{shown}"]
    return lines + [
        f"  line {one.line:>7}  {one.provider:<6}{one.commissioner:<6}{one.treatment_function:<7}{one.value:>9,}" for one in largest
    ]


def _figure(value: float | None, key: str) -> str:
    from clockstop.intake.published.rtt_figures import WEEKS

    if value is None:
        return "not published"
    return f"{value:,.1f}" if key in WEEKS else f"{value:,.0f}"
