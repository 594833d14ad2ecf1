"""Which national returns are due, which are made and closed, and do they agree with what was published?"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

from clockstop.answers import closed_returns, monthly_return
from clockstop.answers.desk import Desk
from clockstop.answers.national_reconciliation import figures_apart, is_published
from clockstop.answers.national_return import has_tables
from clockstop.dates import add_months, month_start
from clockstop.errors import UnknownName
from clockstop.nhsuk import presenters
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.national_returns import trust_asked, trusts_of
from clockstop.reports.closing import month_as_sent
from clockstop.reports.national_closing import return_as_sent
from clockstop.rules.national_return import NationalReturn, failures
from clockstop.rules.national_returns import national_returns
from clockstop.rules.return_period import ReturnPeriod, periods_back
from clockstop.store.frozen_returns import FrozenReturn

# How far back is looked for a period of which something was published.
PERIODS_BACK = 6


@dataclass(frozen=True, kw_only=True)
class ReturnLine:
    """One return of a trust: its last period that is over, when it is due, whether it is closed, its checks, what was published."""

    name: str
    title: str
    href: str
    period: str
    due: date
    kept: FrozenReturn | None
    passed: int
    errors: int
    queries: int
    published: str
    published_href: str
    days_to_due: int

    @property
    def state(self) -> str:
        """closed, overdue or open."""
        return "closed" if self.kept else "overdue" if self.days_to_due < 0 else "open"


def list_returns(request: HttpRequest) -> HttpResponse:
    """Every return of a trust, the one that is due next first."""
    opened = desk()
    trust = trust_asked(request, opened)
    own = request.scope.is_own(trust)
    lines = [_rtt_line(request, opened, trust)] if opened.manifest.trusts[trust].rows.get("rtt_clocks") else []
    made = [one for one in national_returns().values() if has_tables(opened, one, trust)]
    for declared in tuple(made):
        try:
            lines.append(_line(request, opened, declared, trust, is_own=own))
        except UnknownName:
            made.remove(declared)
    return page(
        request,
        "pages/returns.jinja",
        title="Which returns are due, and are they right?",
        crumbs=crumbs_to(),
        lines=sorted(lines, key=lambda one: (one.kept is not None, one.due)),
        missing=[one for one in national_returns().values() if one not in made],
        path=url("list_returns"),
        trust=trust,
        trust_name=opened.manifest.trusts[trust].name,
        trust_options=[(code, opened.manifest.trusts[code].name) for code in trusts_of(request, opened)],
        as_of=opened.as_of,
        is_own=own,
    )


def _line(request: HttpRequest, opened: Desk, declared: NationalReturn, trust: str, *, is_own: bool) -> ReturnLine:
    periods = periods_back(declared.period, opened.as_of, PERIODS_BACK, as_of=opened.as_of)
    period = next(one for one in periods if one.is_over)
    place = {"trust": trust, "month": period.name}
    # A return of records takes seconds to make: its page does, this one only leads there.
    answer = None if declared.is_of_records else return_as_sent(request.scope, opened, declared.slug, trust, period.name)
    checks = answer.today.checks if answer else ()
    failed = failures(checks)
    published, when = _published(request, opened, declared, trust, periods) if is_own and answer else ("", "")
    return ReturnLine(
        name=declared.name,
        title=declared.title,
        href=url("show_national_return", declared.slug, **place),
        period=period.title,
        due=declared.due(period),
        kept=answer.kept if answer else closed_returns.closed(opened.home, declared, trust, period),
        passed=sum(one.is_passed for one in checks),
        errors=failed["error"],
        queries=failed["query"],
        published=published,
        published_href=url("show_national_return", declared.slug, trust=trust, month=when) if when else "",
        days_to_due=(declared.due(period) - opened.as_of).days,
    )


def _published(
    request: HttpRequest, opened: Desk, declared: NationalReturn, trust: str, periods: list[ReturnPeriod]
) -> tuple[str, str]:
    """How many figures of the last published period differ, and that period; nothing where none is loaded."""
    for period in periods:
        if period.is_over and is_published(opened, declared, trust, period):
            apart, compared = figures_apart(request.scope, opened, declared.slug, trust, period.name)
            said = f"{apart:,} of {compared:,} figures differ" if apart else "as published"
            return f"{period.title}: {said}", period.name
    return "", ""


def _rtt_line(request: HttpRequest, opened: Desk, trust: str) -> ReturnLine:
    month = f"{add_months(month_start(opened.as_of), -1):%Y-%m}"
    answer = month_as_sent(request.scope, opened, trust, month)
    failing = [one for one in answer.today.checks if not one.is_passed]
    queries = sum(one.check.kind == "query" for one in failing)
    chosen = monthly_return.return_month(opened, month)
    return ReturnLine(
        name="RTT",
        title="Referral to treatment waiting times",
        href=f"{url('show_return', trust)}?month={month}",
        period=presenters.month(chosen.first_day),
        due=chosen.deadline,
        kept=answer.kept,
        passed=len(answer.today.checks) - len(failing),
        errors=len(failing) - queries,
        queries=queries,
        published="",
        published_href="",
        days_to_due=(chosen.deadline - opened.as_of).days,
    )
