"""Which of a trust's returns are due: the last period that is over of each, whether it is closed, its checks, what was published.

What a closed return was found to be stands in its receipt, so only an open one is made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from clockstop.answers import closed_returns, monthly_return
from clockstop.answers.desk import Desk
from clockstop.answers.national_reconciliation import figures_apart
from clockstop.answers.national_return import has_tables, made_return
from clockstop.answers.scope import Scope
from clockstop.dates import add_months, month_start
from clockstop.errors import UnknownName
from clockstop.rules.national_return import ERROR, QUERY, NationalReturn, failures
from clockstop.rules.national_returns import national_returns
from clockstop.rules.return_period import ReturnPeriod, periods_back
from clockstop.rules.rtt_return_checks import CHECKS
from clockstop.store import frozen_returns
from clockstop.store.frozen_returns import FrozenReturn

# How far back is looked for a period of which something was published.
PERIODS_BACK = 6
RTT = "rtt"


@dataclass(frozen=True, kw_only=True)
class ChecksFound:
    """How many checks pass, how many fail for which the return is sent back, and how many ask for an explanation."""

    passed: int
    errors: int
    queries: int


@dataclass(frozen=True, kw_only=True)
class ReturnDue:
    """One return of a trust. `checks` are those of its closing where it is closed, None of one that is made on its page only.

    `published` is the last period of which figures were published, with how many differ and of how many.
    """

    slug: str
    period: str
    period_title: str
    due: date
    kept: FrozenReturn | None
    checks: ChecksFound | None
    published: ReturnPeriod | None = None
    apart: int = 0
    compared: int = 0


def returns_due(scope: Scope, desk: Desk, trust: str) -> list[ReturnDue]:
    """Every return that can be made of what the trust has sent, the one that is due next first, closed ones last."""
    scope.require_trust(trust)
    found = [_rtt(scope, desk, trust)] if desk.manifest.trusts[trust].rows.get("rtt_clocks") else []
    for declared in national_returns().values():
        if has_tables(desk, declared, trust):
            try:
                found.append(_national(scope, desk, declared, trust))
            except UnknownName:  # the snapshot was built before the return was made as it is now
                continue
    return sorted(found, key=lambda one: (one.kept is not None, one.due))


def _national(scope: Scope, desk: Desk, declared: NationalReturn, trust: str) -> ReturnDue:
    periods = [one for one in periods_back(declared.period, desk.as_of, PERIODS_BACK, as_of=desk.as_of) if one.is_over]
    last = periods[0]
    kept = closed_returns.closed(desk.home, declared, trust, last)
    checks = _of_receipt(kept) if kept else None
    # A return of records takes seconds to make: its page makes it.
    if kept is None and not declared.is_of_records:
        made = made_return(scope, desk, declared.slug, trust, last.name)
        failed = failures(made.checks)
        checks = ChecksFound(passed=sum(one.is_passed for one in made.checks), errors=failed[ERROR], queries=failed[QUERY])
    period, apart, compared = next(_published(scope, desk, declared, trust, periods), (None, 0, 0))
    return ReturnDue(
        slug=declared.slug, period=last.name, period_title=last.title, due=declared.due(last), kept=kept, checks=checks,
        published=period, apart=apart, compared=compared,
    )  # fmt: skip


def _published(
    scope: Scope, desk: Desk, declared: NationalReturn, trust: str, periods: list[ReturnPeriod]
) -> Iterator[tuple[ReturnPeriod, int, int]]:
    """The periods of which figures are published, the last first; only for who sees the trust's small numbers."""
    for period in periods if declared.published and scope.has_every_patient(trust) else ():
        found = figures_apart(scope, desk, declared.slug, trust, period.name)
        if found is not None:
            yield period, *found


def _of_receipt(kept: FrozenReturn) -> ChecksFound:
    """What the checks found when the return was closed."""
    kinds = [one["kind"] for one in kept.checks if not one["is_passed"]]
    return ChecksFound(passed=len(kept.checks) - len(kinds), errors=kinds.count(ERROR), queries=kinds.count(QUERY))


def _rtt(scope: Scope, desk: Desk, trust: str) -> ReturnDue:
    month = monthly_return.return_month(desk, f"{add_months(month_start(desk.as_of), -1):%Y-%m}")
    kept = frozen_returns.frozen(desk.home, trust, month.name)
    if kept is None:
        failed = [
            one.check.kind for one in monthly_return.monthly_return(scope, desk, trust, month.name).checks if not one.is_passed
        ]
    else:
        failed = [CHECKS[name].kind for name in kept.failed_checks if name in CHECKS]
    checks = ChecksFound(passed=len(CHECKS) - len(failed), errors=failed.count(ERROR), queries=failed.count(QUERY))
    return ReturnDue(
        slug=RTT, period=month.name, period_title=f"{month.first_day:%B %Y}", due=month.deadline, kept=kept, checks=checks
    )  # fmt: skip
