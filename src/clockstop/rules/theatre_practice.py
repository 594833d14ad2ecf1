"""High-volume, low-complexity surgery: how many cases of a kind a list holds in best practice (planned-care.md 7.2, HVLC).

Indicative figures, as dated rows: no list of a kind is judged by them before the day from which they hold.
"""

from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import Table

SESSION = "theatre_session_identifier"


@dataclass(frozen=True, kw_only=True)
class Practice:
    """Cases of a procedure that a list of 4 hours holds, in any theatre and in an elective hub; `codes` are OPCS-4 categories."""

    name: str
    title: str
    codes: tuple[str, ...]
    cases_per_4h: float
    cases_per_4h_in_hub: float
    holds_from: date
    source: str


INDICATIVE = "GIRFT high-volume low-complexity programme; indicative (planned-care.md 7.2)"
BEST_PRACTICE = (
    Practice(name="cataract", title="Cataract", codes=("C71", "C72", "C73", "C74", "C75"), cases_per_4h=8, cases_per_4h_in_hub=10,
             holds_from=date(2021, 4, 1), source=INDICATIVE),
    Practice(name="hip_or_knee", title="Hip or knee replacement",
             codes=("O18", "W37", "W38", "W39", "W40", "W41", "W42", "W93", "W94", "W95"), cases_per_4h=2, cases_per_4h_in_hub=2,
             holds_from=date(2021, 4, 1), source=INDICATIVE),
)  # fmt: skip
PRACTICE_TITLES = {practice.name: practice.title for practice in BEST_PRACTICE}

# The treatment functions of the programme: orthopaedics, ophthalmology, general surgery, gynaecology, urology, ENT, spines.
HIGH_VOLUME_FUNCTIONS = ("100", "101", "108", "110", "120", "130", "502")


def with_practice(lists: Table, cases: Table) -> Table:
    """The lists that held one kind of high-volume case alone, with the cases that best practice would have done in their time."""
    category = cases.procedure_code.upper().replace(".", "").substr(0, 3)
    kind = ibis.cases(*[(category.isin(practice.codes), practice.name) for practice in BEST_PRACTICE], else_="")
    counted = cases.mutate(high_volume=kind.fill_null("")).filter(cases.is_counted)
    by_session = counted.group_by(SESSION).aggregate(high_volume=counted.high_volume.min(), last=counted.high_volume.max())
    alone = by_session.filter((by_session.high_volume == by_session.last) & (by_session.high_volume != "")).drop("last")
    found = lists.left_join(alone, SESSION).drop(f"{SESSION}_right")
    return found.mutate(best_practice_cases=_held(found) * found.run_sessions)


def _held(lists: Table) -> ibis.expr.types.NumericValue:
    is_hub = lists.is_hub.fill_null(False)
    pairs = [
        (
            (lists.high_volume == practice.name) & (lists.session_date >= practice.holds_from),
            is_hub.ifelse(practice.cases_per_4h_in_hub, practice.cases_per_4h),
        )
        for practice in BEST_PRACTICE
    ]
    return ibis.cases(*pairs, else_=ibis.null("float64"))
