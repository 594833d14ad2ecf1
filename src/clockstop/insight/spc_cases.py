"""The kind of worked case about SPC charts (operations.md 8): lines, special causes and icons of one series."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clockstop.errors import UserError
from clockstop.insight.spc import SpcResult, SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import COMMON_CAUSE, improvement_of
from clockstop.rules.case_inputs import rounded, the_first


def spc(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`values` (null: missing), `improvement`, `target` (a number or one a point), `rebase_at` -> lines, `special`, icons.

    Also taken: `convention` (plot-the-dots where none is named), `points`, `screen_outliers`, `fix_after_n`, `ghosts` (indexes),
    `least_points`. Lines are those of the last section, to two decimals; indexes count from 0; an icon that is not drawn is null.
    """
    values = _values(inputs["values"])
    count = values.shape[1]
    ghosts = np.zeros((1, count), dtype=np.bool_)
    ghosts[0, [int(place) for place in the_first(inputs, "ghosts", "ghost", otherwise=None) or []]] = True
    found = judge(
        SpcSeries(
            values=values,
            improvement=improvement_of(str(the_first(inputs, "improvement", "improvement_direction", otherwise="neutral"))),
            ghosts=ghosts,
            sections=np.array([[sum(place >= start for start in _starts(inputs)) for place in range(count)]]),
            targets=_targets(the_first(inputs, "target", "targets"), count),
        ),
        SpcSettings(
            convention=the_first(inputs, "convention", otherwise="plot-the-dots"),
            points=the_first(inputs, "points", "n_points"),
            fix_after=the_first(inputs, "fix_after_n", "fix_after", "fix_after_n_points"),
            is_screened=bool(the_first(inputs, "screen_outliers", "screen", otherwise=False)),
            least_points=the_first(inputs, "least_points"),
        ),
    )
    return _answer(found)


def _answer(found: SpcResult) -> dict[str, Any]:
    valid = np.flatnonzero(found.is_valid[0])
    last = int(valid[-1]) if len(valid) else 0
    named = enumerate(found.special_cause_words())
    return {
        "mean": _line(found.mean[0, last]),
        "mr_bar": _line(found.moving_range[0, last]),
        "lpl": _line(found.lpl[0, last]),
        "upl": _line(found.upl[0, last]),
        "special": {str(place): word for place, word in named if word != COMMON_CAUSE},
        "colours": found.colours(),
        "variation": found.variation_word() or None,
        "assurance": found.assurance_word() or None,
    }


def _values(given: Any) -> np.ndarray:
    if not isinstance(given, list) or not given:
        raise UserError("'values' is not a list of numbers", do="Give the series as a list; null for a missing point.")
    return np.array([[np.nan if value is None else float(value) for value in given]])


def _starts(inputs: Mapping[str, Any]) -> list[int]:
    given = the_first(inputs, "rebase_at", "rebase", otherwise=None)
    return [int(place) for place in (given if isinstance(given, list) else [] if given is None else [given])]


def _targets(given: Any, count: int) -> np.ndarray:
    if isinstance(given, list):
        return np.array([[np.nan if value is None else float(value) for value in given]])
    return np.full((1, count), np.nan if given is None else float(given))


def _line(value: float) -> float | None:
    return None if np.isnan(value) else rounded(float(value), 2)


KINDS = {"spc": spc}
