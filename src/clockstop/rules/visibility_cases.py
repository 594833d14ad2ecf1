"""The kind of worked case about who sees which rows (operations.md 7.1)."""

from collections.abc import Iterable, Mapping
from typing import Any

from clockstop.rules.case_inputs import the_first
from clockstop.rules.visibility import is_visible

GROUP = "group"
# The words by which a case may say that a person sees figures and nobody's rows.
_NO_PATIENTS = frozenset({"aggregate", "board", "admin", "administrator", "system_administrator"})


def scope_view(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`user` (kind, trust or trusts, memberships) and `rows` (id, trust, level, published) -> the ids of the `visible`."""
    rows = inputs["rows"]
    every = frozenset(str(row["trust"]) for row in rows)
    held = [_held(one, every) for one in _memberships(inputs["user"])]
    return {"visible": [row["id"] for row in rows if any(_is_visible(row, totals, patients) for totals, patients in held)]}


def _memberships(user: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return user.get("memberships") or [user]


def _held(one: Mapping[str, Any], every: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The trusts whose totals, and those whose patients, a membership reaches."""
    named = the_first(one, "trusts", "trust", otherwise=None)
    trusts = every if named is None else frozenset([str(named)] if isinstance(named, str) else map(str, named))
    said = {str(one.get(name, "")).lower() for name in ("kind", "role", "data_class", "class")}
    is_group = any(word == GROUP or word.startswith(f"{GROUP}_") for word in said)
    if not is_group and named is None:
        return frozenset(), frozenset()
    return trusts, frozenset() if is_group or said & _NO_PATIENTS else trusts


def _is_visible(row: Mapping[str, Any], totals: frozenset[str], patients: frozenset[str]) -> bool:
    is_published = bool(row.get("published")) and not row.get("withdrawn")
    return is_visible(
        str(row["trust"]), level=str(row.get("level", "patient")), totals=totals, patients=patients, is_published=is_published
    )


KINDS = {"scope_view": scope_view}
