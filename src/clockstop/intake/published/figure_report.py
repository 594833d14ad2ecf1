"""Published figures of a dataset as a person reads them, and as a program does."""

import re
from datetime import date
from typing import Any

from clockstop.errors import UnknownName
from clockstop.intake.published.datasets import Dataset, Key, dataset
from clockstop.intake.published.figure_reading import Figures, MonthRevision
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.publication import ATTRIBUTION


def cut_argument(pairs: list[str], **short: str | None) -> str:
    """A cut of what was typed: NAME=VALUE, and the short forms such as --test 3.

    >>> cut_argument(["route=ALL ROUTES"], test="3")
    'route=ALL ROUTES;test=3'
    """
    parts: dict[str, str] = {name: value for name, value in short.items() if value is not None}
    for pair in (part for given in pairs for part in given.split(";")):
        name, sign, value = pair.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UnknownName(f"{pair} is no cut.", do="Write it as NAME=VALUE, such as --cut test=3.")
        parts[name.strip()] = value.strip()
    return cut(**parts)


def day_argument(text: str | None) -> date | None:
    """The day as it was typed; a message where it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnknownName(f"{text} is no day.", do="Write it as 2026-01-31.") from None


def whole(value: float | None) -> float | int | None:
    """The value without a fraction where it has none."""
    return int(value) if value is not None and value == int(value) else value


def values(found: Figures) -> dict[str, Any]:
    """The figures by key, the area, and where they come from; a figure that is not published is null, its mark in `marks`."""
    best = found.revisions[0]
    return {
        "dataset": found.dataset,
        "month": found.month,
        **({"day": found.day.isoformat()} if found.day else {}),
        "area_kind": found.level,
        "area_code": found.org_code,
        "area_name": found.org_name,
        "cut": found.cut,
        **{key: whole(value) for key, value in found.values.items()},
        "marks": {key: text for key, text in found.texts.items() if text},
        "source": best.kept.publication,
        "source_file": best.kept.file_name,
        "revision": best.number,
        "is_revised": best.kept.is_revised or best.kept.status == "revised",
        "status": best.kept.status,
        "released": best.kept.released,
        "loaded_at": best.kept.loaded_at,
        "sources": [_source(found, one) for one in found.revisions],
        "notes": [note for one in found.revisions for note in one.kept.notes],
        "attribution": ATTRIBUTION,
    }


def _source(found: Figures, one: MonthRevision) -> dict[str, Any]:
    keys = {key: found.places[key] for key, source in found.sources.items() if source.number == one.number}
    return {
        "revision": one.number,
        "publication": one.kept.publication,
        "source_file": one.kept.file_name,
        "sha256": one.kept.file_sha256,
        "status": one.kept.status,
        "released": one.kept.released,
        "cells": keys,
    }


def text(found: Figures) -> str:
    """The figures as lines, with what they are of and where they come from."""
    declared = dataset(found.dataset)
    code = "" if found.level == "england" else f" ({found.org_code})"
    of_cut = f", {found.cut.replace(';', ', ')}" if found.cut else ""
    when = found.day.isoformat() if found.day else found.month
    lines = [f"{declared.title}, {when}: {found.org_name}{code}{of_cut}"]
    titles = {name: declared.key(name).title for name in found.values}
    width = max((len(title) for title in titles.values()), default=0) + 2
    lines += [f"{titles[name]:<{width}}{shown(declared.key(name), found, name):>16}" for name in ordered(declared, found)]
    for one in found.revisions:
        status = f", {one.kept.status}" if one.kept.status else ""
        lines.append(f"From: {one.title}: {one.kept.file_name}, revision {one.number} of {found.month}{status}.")
        lines += [f"  {note}" for note in one.kept.notes]
    return "\n".join([*lines, ATTRIBUTION])


def ordered(declared: Dataset, found: Figures) -> list[str]:
    """The figures' keys in the order in which the dataset declares them, the others behind."""
    known = {key.name: place for place, key in enumerate(declared.keys)}
    return sorted(found.values, key=lambda name: (known.get(name, len(known)), name))


def shown(key: Key, found: Figures, name: str) -> str:
    """One figure as a person reads it."""
    value = found.values[name]
    return f"not published {found.texts.get(name, '')}".rstrip() if value is None else figure_words(key, value)


def figure_words(key: Key, value: float) -> str:
    """The value in the words of its kind: per cent for shares, one decimal for averages, halves as they are."""
    if key.kind == "share":
        return f"{value:.1%}"
    if key.kind == "average":
        return f"{value:,.1f}"
    if key.kind == "per_cent":
        return f"{value:,.2f}%"
    return f"{value:,.0f}" if value == int(value) else re.sub(r"0+$", "", f"{value:,.3f}")
