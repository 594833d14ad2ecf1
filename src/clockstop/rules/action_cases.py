"""The kind of worked case about agreed actions (operations.md 6.4)."""

from collections.abc import Mapping
from typing import Any

from clockstop.rules.actions import days_overdue
from clockstop.rules.case_inputs import a_day, the_first

# The words by which a case may say that nothing is to be done any more; the register's own are `complete` and `stopped`.
OVER = frozenset({"complete", "completed", "done", "closed", "stopped", "cancelled"})


def overdue(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`due`, `today`, `status` (open where none is named) -> `overdue` and `days_overdue`: the pages' own rule."""
    status = str(the_first(inputs, "status", otherwise="open")).strip().lower()
    days = days_overdue(a_day(inputs["due"]), a_day(the_first(inputs, "today", "as_of")), is_over=status in OVER)
    return {"overdue": days > 0, "days_overdue": days}


KINDS = {"overdue": overdue}
