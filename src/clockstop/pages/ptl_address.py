"""The address of the waiting list: what its form sends, and what it means."""

from collections.abc import Mapping

from clockstop.answers.ptl_filters import BREACHES, PAGE_SIZES, STEPS, PtlFilters
from clockstop.answers.scope import Scope

# What can be chosen under "Breaches": the days to the breach, from and to; past ones are negative.
WINDOWS = {
    "": "Any time",
    "-7_28": "Last week, next 4 weeks",
    "0_7": "Next 7 days",
    "0_28": "Next 4 weeks",
    "0_91": "Next 13 weeks",
    "_-1": "Already passed",
}
LEAST_WEEKS, MOST_WEEKS = 0, 520
# The Monday question: who passed 18 weeks last week or will within four.
START = {"breach_of": "18", "breach_from": "-7", "breach_to": "28", "page_size": "25"}
YES_OR_NO = {"": "Either", "yes": "Yes", "no": "No"}
PRIORITIES = {"": "Any", "1": "Routine", "2": "Urgent", "3": "Two week wait"}
# Filters that stand in the line; all others are folded away until one of them is used.
FOLDED = ("site", "consultant", "priority", "admitted", "will_breach_by", "has_next_step", "text", "weeks_from", "weeks_to")


def filters_of(query: Mapping[str, str], scope: Scope) -> PtlFilters:
    """The filters of an address; of a bare one, who breached last week or will within four.

    Who sees the patients of one trust alone always stands in it.
    """
    if not any(name in query for name in (*PtlFilters.__dataclass_fields__, "window")):
        return PtlFilters.from_query({"trust": _own_trust(scope), **START})
    filters = PtlFilters.from_query(query)
    if not filters.trust:
        filters = filters.with_changes(trust=_own_trust(scope), page=filters.page)
    if "page_size" not in query:
        filters = filters.with_changes(page_size=25, page=filters.page)
    if query.get("window") in WINDOWS:
        low, _, high = query["window"].partition("_")
        bounds = {"breach_from": int(low) if low else None, "breach_to": int(high) if high else None}
        threshold = filters.breach_of or (18 if query["window"] else None)
        filters = filters.with_changes(**bounds, breach_of=threshold, page=filters.page)
    return filters


def window_of(filters: PtlFilters) -> str:
    """The choice under "Breaches" that these filters are; a name of its own where they are none of them."""
    low = "" if filters.breach_from is None else str(filters.breach_from)
    high = "" if filters.breach_to is None else str(filters.breach_to)
    return f"{low}_{high}" if low or high else ""


def address_query(filters: PtlFilters) -> dict[str, str]:
    """The query of an address that means exactly these filters, never the bare one."""
    query = filters.to_query() | {"page_size": str(filters.page_size)}
    return query if window_of(filters) else query | {"window": ""}


def sorted_by(filters: PtlFilters, column: str) -> PtlFilters:
    """The filters with the list sorted by the column; the other way round where it is sorted by it already."""
    turned = "down" if filters.sort == column and filters.direction == "up" else "up"
    return filters.with_changes(sort=column, direction=turned)


def choices() -> dict[str, list[tuple[str, str]]]:
    """What each fixed select offers."""
    return {
        "breach_of": [("", "Any wait"), *((str(weeks), f"{weeks} weeks") for weeks in BREACHES)],
        "admitted": list(YES_OR_NO.items()),
        "has_next_step": [("", "Either"), *STEPS.items()],
        "priority": list(PRIORITIES.items()),
        "page_size": [(str(size), str(size)) for size in PAGE_SIZES],
    }


def _own_trust(scope: Scope) -> str:
    trusts = sorted(scope.patient_trusts)
    return trusts[0] if len(trusts) == 1 else ""
