"""Every kind of worked case: those of the rules, and those of what is counted and judged above them."""

from collections.abc import Mapping
from typing import Any

from clockstop.insight import benchmark_cases, spc_cases
from clockstop.measures import suppress_cases
from clockstop.rules import cases
from clockstop.rules.cases import Kind, Outcome, kind_of

__all__ = ["KINDS", "Outcome", "kind_of", "outcome"]

# One line a family of kinds, as in rules/cases.py.
KINDS: dict[str, Kind] = {**cases.KINDS, **suppress_cases.KINDS, **benchmark_cases.KINDS, **spc_cases.KINDS}


def outcome(case: Mapping[str, Any]) -> Outcome:
    """What becomes of one case; never raises for what a case may hold."""
    return cases.outcome(case, KINDS)
