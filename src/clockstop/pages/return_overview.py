"""Which national returns are due, which are made and closed, and do they agree with what was published?"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

from clockstop.answers.returns_due import RTT, ChecksFound, ReturnDue, returns_due
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.national_returns import trust_asked, trusts_of
from clockstop.rules.national_returns import national_returns
from clockstop.store.frozen_returns import FrozenReturn


@dataclass(frozen=True, kw_only=True)
class ReturnLine:
    """One return of a trust: its last period that is over, when it is due, whether it is closed, its checks, what was published."""

    slug: str
    name: str
    title: str
    href: str
    period: str
    due: date
    kept: FrozenReturn | None
    checks: ChecksFound | None
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
    lines = [_line(one, trust, opened.as_of) for one in returns_due(request.scope, opened, trust)]
    made = {one.slug for one in lines}
    return page(
        request,
        "pages/returns.jinja",
        title="Which returns are due, and are they right?",
        crumbs=crumbs_to(),
        lines=lines,
        missing=[one for one in national_returns().values() if one.slug not in made],
        path=url("list_returns"),
        trust=trust,
        trust_name=opened.manifest.trusts[trust].name,
        trust_options=[(code, opened.manifest.trusts[code].name) for code in trusts_of(request, opened)],
        as_of=opened.as_of,
        is_own=request.scope.has_every_patient(trust),
    )


def _line(one: ReturnDue, trust: str, as_of: date) -> ReturnLine:
    declared = national_returns().get(one.slug)
    return ReturnLine(
        slug=one.slug,
        name=declared.name if declared else "RTT",
        title=declared.title if declared else "Referral to treatment waiting times",
        href=_href(one.slug, trust, one.period),
        period=one.period_title,
        due=one.due,
        kept=one.kept,
        checks=one.checks,
        published=_said(one),
        published_href=_href(one.slug, trust, one.published.name) if one.published else "",
        days_to_due=(one.due - as_of).days,
    )


def _href(slug: str, trust: str, period: str) -> str:
    if slug == RTT:
        return f"{url('show_return', trust)}?month={period}"
    return url("show_national_return", slug, trust=trust, month=period)


def _said(one: ReturnDue) -> str:
    """How many figures of the last published period differ; nothing where none is loaded."""
    if one.published is None:
        return ""
    return f"{one.published.title}: {f'{one.apart:,} of {one.compared:,} figures differ' if one.apart else 'as published'}"
