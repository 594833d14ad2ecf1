"""Organisations of published statistics as people read them, and as programs do: one, one with its predecessors, a run."""

from typing import Any


def organisation_values(found) -> dict[str, Any]:
    """What is known of an organisation, for a program."""
    return {
        "dataset": "ods",
        "code": found.code,
        **{name: found.words.get(name, "") for name in ("name", "icb", "icb_name", "region", "region_name", "postcode")},
        "opened": found.words.get("opened"),
        "closed": found.words.get("closed"),
        "is_open": found.is_open,
        "became": [_succession(one, one.successor) for one in found.became],
        "came_of": [_succession(one, one.predecessor) for one in found.came_of],
        "sources": [
            {"source_file": one.kept.file_name, "revision": one.number, "sha256": one.kept.file_sha256} for one in found.sources
        ],
        "cells": found.places,
    }


def _succession(one, code: str) -> dict[str, Any]:
    return {"code": code, "from": one.day.isoformat(), "how": one.how, "certainty": one.certainty, "source": one.source}


def organisation_text(found) -> str:
    """The same as lines."""
    lines = [f"{found.name} ({found.code})"]
    for title, name, also in (("ICB", "icb", "icb_name"), ("Region", "region", "region_name")):
        if found.words.get(name):
            lines.append(f"{title + ':':<9}{found.words.get(also) or ''} ({found.words[name]})")
    days = {"Opened": found.words.get("opened"), "Closed": found.words.get("closed")}
    lines += [f"{title + ':':<9}{day}" for title, day in days.items() if day]
    if found.is_open:
        lines.append("Open: no day of closing is listed.")
    lines += [f"Became:  {_said(one, one.successor)}" for one in found.became]
    lines += [f"Came of: {_said(one, one.predecessor)}" for one in found.came_of]
    if found.words.get("closed") and not found.became:
        lines.append("What became of it is not declared.")
    lines += [f"From: {one.title}: {one.kept.file_name}." for one in found.sources]
    return "\n".join(lines if found.sources else [*lines, "From: the table that ships with Clockstop."])


def _said(one, code: str) -> str:
    part = "" if one.is_whole else ", in part"
    unsure = "" if one.certainty == "sure" else f", {one.certainty}"
    return f"{code}, from {one.day.isoformat()}{part}{unsure}"


def followed_values(found) -> dict[str, Any]:
    """An organisation's figures with its predecessors', for a program: what was added, and each as published."""
    from clockstop.intake.published import figure_report

    values = figure_report.values(found.first)
    return {
        **values,
        "area_code": found.code,
        **{key: figure_report.whole(value) for key, value in found.values.items()},
        "follow": {
            "codes": [part.org_code for part in found.parts],
            "added": [_succession(one, one.predecessor) for one in found.added],
            "not_added": [_succession(one, one.predecessor) for one in found.divided],
            "as_published": {
                part.org_code: {key: figure_report.whole(value) for key, value in part.values.items()} for part in found.parts
            },
            "files": {part.org_code: [one.kept.file_name for one in part.revisions] for part in found.parts},
        },
    }


def followed_text(found) -> str:
    """The same as lines."""
    from clockstop.intake.published import datasets, figure_report

    declared = datasets.dataset(found.first.dataset)
    codes = [part.org_code for part in found.parts]
    whose = (
        f"{' + '.join(codes)}, as {found.code} would have been"
        if codes != [found.code]
        else f"{found.first.org_name} ({found.code})"
    )
    lines = [f"{declared.title}, {found.month}: {whose}"]
    unknown = "cannot be added up" if len(codes) > 1 else "not published"
    for name in figure_report.ordered(declared, found.first):
        value, key = found.values.get(name), declared.key(name)
        lines.append(f"{key.title:<40}{unknown if value is None else figure_report.figure_words(key, value):>18}")
    for one in found.added:
        lines.append(f"Added: {one.predecessor}, part of {one.successor} from {one.day.isoformat()} ({one.certainty}).")
    lines += [f"Not added: {one.predecessor}, which was divided; part went to {one.successor}." for one in found.divided]
    if not found.added:
        lines.append("No predecessor has figures in this month.")
    lines += [f"From: {part.org_code}: {', '.join(one.kept.file_name for one in part.revisions)}." for part in found.parts]
    return "\n".join(lines)


def run_values(points, **about: Any) -> dict[str, Any]:
    """A figure month by month, for a program."""
    from clockstop.intake.published import figure_report

    rows = [
        {
            "month": point.month,
            "value": figure_report.whole(point.value),
            "mark": point.text,
            "codes": list(point.codes),
            "source_files": list(point.revisions),
        }
        for point in points
    ]
    return {**about, "months": rows}


def run_text(points, dataset: str, key: str) -> str:
    """The same as lines."""
    from clockstop.intake.published import datasets, figure_report

    declared = datasets.dataset(dataset).key(key)
    lines = []
    for point in points:
        value = figure_report.figure_words(declared, point.value) if point.value is not None else f"not published {point.text}"
        lines.append(f"{point.month}{value:>16}  {' + '.join(point.codes):<16}  {', '.join(dict.fromkeys(point.revisions))}")
    return "\n".join(lines)
