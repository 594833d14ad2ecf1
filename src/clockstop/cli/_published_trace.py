"""A published figure's way back to its cell, as people read it, and as programs do."""

from typing import Any


def trace_values(found) -> dict[str, Any]:
    """Where a figure comes from, for a program."""
    from clockstop.intake.published import figure_report

    figures, kept = found.figures, found.source.kept
    return {
        "dataset": figures.dataset,
        "month": figures.month,
        "area_kind": figures.level,
        "area_code": figures.org_code,
        "cut": figures.cut,
        "key": found.key,
        "value": figure_report.whole(figures.values[found.key]),
        "mark": figures.texts.get(found.key, ""),
        "publication": found.source.title,
        "source_file": kept.file_name,
        "member": kept.member_name,
        "revision": found.source.number,
        "status": kept.status,
        "released": kept.released,
        "loaded_at": kept.loaded_at,
        "sha256": kept.file_sha256,
        "content_sha256": kept.content_sha256,
        "sheet": found.sheet,
        "row": found.source_row,
        "column": found.column,
        "cells": list(found.cells),
        "revisions": [
            {
                "revision": one.revision.number,
                "source_file": one.revision.kept.file_name,
                "sha256": one.revision.kept.file_sha256,
                "status": one.revision.kept.status,
                "value": figure_report.whole(one.value),
                "mark": one.text,
            }
            for one in found.revisions
        ],
    }


def trace_text(found) -> str:
    """The same as lines."""
    values = trace_values(found)
    cut = f", {values['cut']}" if values["cut"] else ""
    shown = values["value"] if values["value"] is not None else f"not published {values['mark']}"
    place = f"{f'sheet {found.sheet}, ' if found.sheet else ''}row {found.source_row}"
    if found.source_row is None:
        place = "added up here of the file's rows"
    elif found.column:
        place += f", column {found.column}"
    elif found.cells:
        place += " (of the row: no one cell of it alone holds the figure)"
    member = f", member {values['member']}" if values["member"] else ""
    status = f", {values['status']}" if values["status"] else ""
    lines = [
        f"{values['dataset']} {found.key}, {values['month']}, {values['area_code']}{cut}: {shown}",
        f"Publication:  {values['publication']}",
        f"File:         {values['source_file']}{member}",
        f"SHA-256:      {values['sha256']}",
        f"Revision:     {values['revision']} of {values['month']}{status}, loaded {values['loaded_at']}",
        f"Place:        {place}",
    ]
    lines += [f"Row:          {' | '.join(found.cells)}"] if found.cells else []
    for one in values["revisions"]:
        said = one["value"] if one["value"] is not None else f"not published {one['mark']}"
        lines.append(f"Revision {one['revision']} says: {said}  ({one['source_file']})")
    return "\n".join(lines)
