"""Which treatment function a pathway is reported under: RTT-R46 (S1, Annex C; membership of "Other" from S6).

The table is declared in the form of the reference: singles, functions folded into a single, and groups of all others.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from clockstop.rules.either import is_one_of, is_plain

# The functions of the published return and their published names (S5).
REPORTED_FUNCTIONS = {
    "C_100": "General Surgery Service",
    "C_101": "Urology Service",
    "C_110": "Trauma and Orthopaedic Service",
    "C_120": "Ear Nose and Throat Service",
    "C_130": "Ophthalmology Service",
    "C_140": "Oral Surgery Service",
    "C_150": "Neurosurgical Service",
    "C_160": "Plastic Surgery Service",
    "C_170": "Cardiothoracic Surgery Service",
    "C_300": "General Internal Medicine Service",
    "C_301": "Gastroenterology Service",
    "C_320": "Cardiology Service",
    "C_330": "Dermatology Service",
    "C_340": "Respiratory Medicine Service",
    "C_400": "Neurology Service",
    "C_410": "Rheumatology Service",
    "C_430": "Elderly Medicine Service",
    "C_502": "Gynaecology Service",
    "X02": "Other - Medical Services",
    "X03": "Other - Mental Health Services",
    "X04": "Other - Paediatric Services",
    "X05": "Other - Surgical Services",
    "X06": "Other - Other Services",
}
TOTAL_FUNCTION = "C_999"

# Functions that are reported within another one's row.
FOLDED_FUNCTIONS = {
    "C_110": "108 111 115",
    "C_140": "144 145",
    "C_170": "172 173",
}

# All others, by their group of the code list; 420 Paediatrics sits in Medical by that list, not in Paediatric.
GROUPED_FUNCTIONS = {
    "X02": "180 190 192 200 302-319 322-329 331-335 341-352 360 361 370 371 401 420 422 424 431 450 451 460 461 501 503-505",
    "X03": "656 700 710-715 720-727 730",
    "X04": "142 171 211-223 230 240-242 250-264 270 280 290 291 321 421",
    "X05": "102-107 109 113 141 143 161 174",
    "X06": "560 650-655 657-663 670-677 800 811 812 822 840 920",
}
# Where a code stands that no list names, so that the total still holds every pathway; `is_listed_function` flags it.
UNLISTED_FUNCTION = "X06"

# RTT-R51 flag 11: functions that are seldom RTT. They are reported, and flagged.
SELDOM_RTT_FUNCTIONS = "290 650-655 812"


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Where a function whose group the sources give differently is reported, from a day on."""

    code: str
    reported_as: str
    holds_from: date
    why: str


# Unsettled (planned-care.md 9): change a row, or add a later one, when the return's code list says otherwise.
UNSETTLED_MEMBERSHIPS = (
    Membership(code="191", reported_as="X02", holds_from=date(2021, 4, 1),
               why="Pain Management: beside 190 Anaesthetics and 192 Intensive Care in the code list"),
    Membership(code="834", reported_as="X06", holds_from=date(2021, 4, 1),
               why="Medical Virology: beside 822 Chemical Pathology in the code list"),
)  # fmt: skip


def listed_codes(ranges: str) -> list[str]:
    """The codes of a written list with ranges.

    >>> listed_codes("142 211-213")
    ['142', '211', '212', '213']
    """
    codes: list[str] = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        codes += [str(code) for code in range(int(first), int(last or first) + 1)]
    return codes


def _declared() -> dict[str, str]:
    single = {function[2:]: function for function in REPORTED_FUNCTIONS if function.startswith("C_")}
    within = FOLDED_FUNCTIONS | GROUPED_FUNCTIONS
    return {code: function for function, ranges in within.items() for code in listed_codes(ranges)} | single


DECLARED_FUNCTIONS = _declared()


def roll_up(as_of: date | None = None, memberships: tuple[Membership, ...] = UNSETTLED_MEMBERSHIPS) -> dict[str, str]:
    """Every listed code with the function it is reported under on a day (by default the latest row holds)."""
    in_force = sorted((row for row in memberships if as_of is None or row.holds_from <= as_of), key=lambda row: row.holds_from)
    return DECLARED_FUNCTIONS | {row.code: row.reported_as for row in in_force}


def reported_function(code: Any, as_of: date | None = None) -> Any:
    """The function under which a treatment function is reported (RTT-R46), of a plain code or an Ibis column.

    A code that no list names, or none at all, is reported under X06 Other, so that no pathway leaves the total.

    >>> [reported_function(code) for code in ("100", "115", "104", "306", "420", "999")]
    ['C_100', 'C_110', 'X05', 'X02', 'X02', 'X06']
    """
    functions = roll_up(as_of)
    if is_plain(code):
        return functions.get(str(code).strip(), UNLISTED_FUNCTION)
    codes_of: dict[str, list[str]] = {}
    for member, function in functions.items():
        codes_of.setdefault(function, []).append(member)
    code = code.strip()
    return _cases([(code.isin(sorted(members)), function) for function, members in sorted(codes_of.items())])


def _cases(branches: list[tuple[Any, str]]) -> Any:
    import ibis

    return ibis.cases(*branches, else_=UNLISTED_FUNCTION)


def is_listed_function(code: Any) -> Any:
    """Whether a list names the code; where it does not, the record carries a flag."""
    return is_one_of(code, set(roll_up()))


def is_seldom_rtt(code: Any) -> Any:
    """Whether the function seldom holds RTT pathways (RTT-R51, flag 11): reported all the same, and flagged."""
    return is_one_of(code, set(listed_codes(SELDOM_RTT_FUNCTIONS)))
