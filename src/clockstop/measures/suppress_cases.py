"""The kinds of worked case about small numbers (operations.md 7.4), and about fifths of deprivation (6.7)."""

from collections.abc import Mapping, Sequence
from typing import Any

from clockstop.errors import UserError
from clockstop.measures.suppress import HIDDEN, THRESHOLD, Profile, is_share_hidden, suppress, suppress_table, total_shown
from clockstop.rules.case_inputs import per_cent, the_first
from clockstop.rules.deprivation import quintile

DEFAULT: Profile = "k5"


def suppressed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`profile` (k5 or hes) and `counts` of a row whose total is shown, a list or by key -> `shown` in the same form, and `total`.

    Of several that could be hidden beside a single one, that which stands first; counts by key stand in the order of their keys.
    """
    profile, given = _profile(inputs), the_first(inputs, "counts", "values", "row")
    if isinstance(given, Mapping):
        keys = sorted(given, key=str)
        shown = dict(zip(keys, suppress([given[key] for key in keys], profile), strict=True))
        return {"shown": shown, "total": total_shown(given.values(), profile)}
    return {"shown": suppress(given, profile), "total": total_shown(given, profile)}


def suppressed_table(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`profile` and `rows` of counts -> `rows` as they may be shown, with `row_totals`, `column_totals` and `total`."""
    profile, rows = _profile(inputs), the_first(inputs, "rows", "table", "counts")
    if len({len(row) for row in rows}) > 1:
        raise UserError("the rows of the table are not of one length", do="Give every row a count in every column.")
    return {
        "rows": suppress_table(rows, profile),
        "row_totals": _totals(rows, profile),
        "column_totals": _totals(list(zip(*rows, strict=True)), profile),
        "total": total_shown((count for row in rows for count in row), profile),
    }


def suppressed_percentage(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`profile`, `numerator` and `denominator` -> `shown`: per cent to one decimal, or * (7.4); nothing of nobody.

    0% and 100% are shown only where a further input says that the policy allows it (`policy_allows_all: true`).
    """
    profile, numerator, denominator = _profile(inputs), inputs["numerator"], inputs["denominator"]
    allows = any(value is True for value in inputs.values())
    if not denominator:
        return {"shown": None}
    is_hidden = is_share_hidden(numerator, denominator, profile, may_tell_of_all=allows)
    return {"shown": HIDDEN if is_hidden else per_cent(numerator, denominator)}


def imd_quintile(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`decile` of deprivation, 1 to 10 -> `quintile`, 1 the most deprived; null where it is no decile."""
    return {"quintile": quintile(the_first(inputs, "decile", "imd_decile"))}


def _profile(inputs: Mapping[str, Any]) -> Profile:
    profile = str(inputs.get("profile", DEFAULT)).lower()
    if profile not in THRESHOLD:
        raise UserError(f"'{profile}' is not a profile of small numbers", do="Give k5 or hes.")
    return profile  # type: ignore[return-value]


def _totals(lines: Sequence[Sequence[float]], profile: Profile) -> list[Any]:
    return [total_shown(line, profile) for line in lines]


KINDS = {
    "suppress": suppressed,
    "suppress_table": suppressed_table,
    "pct_suppress": suppressed_percentage,
    "imd_quintile": imd_quintile,
}
