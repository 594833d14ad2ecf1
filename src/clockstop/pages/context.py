"""What every page knows: the desk, the filters kept in its address, its breadcrumb, its as-of line. See pages/README.md.

A page's view reads like this (pages/overview.py is the living example):

    def show_thing(request):
        filters = filters_of(request)
        answer = answers.things.things(request.scope, desk(), filters.where)
        return page(request, "pages/thing.jinja", title="What is the thing?", filters=filters, answer=answer)
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from clockstop.accounts.break_glass import opened
from clockstop.accounts.roles import MANAGE_PEOPLE, SEE_LOADS
from clockstop.accounts.scopes import may, role_title
from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.errors import UnknownName, UserError
from clockstop.nhsuk.templating import url
from clockstop.pages.ages import old_extracts
from clockstop.pages.alert_count import unseen
from clockstop.pages.printing import looks_token
from clockstop.store import snapshots
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest

PERIODS = {"month": "Months", "week": "Weeks"}
DAYS_UNTIL_STALE = 3

# What stands in the header's menu: the text, the view, and what the view's address needs.
NAVIGATION = (
    ("Overview", "show_overview"),
    ("Measures", "list_measures"),
    ("My work", "show_my_work"),
    ("Reviews", "list_reviews"),
    ("Alerts", "list_alerts"),
    ("Waiting lists", "list_pathways"),
    ("Lists", "list_worklists"),
    ("Emergency", "show_emergency"),
    ("Beds", "show_beds"),
    ("Cancer", "show_family", "cancer"),
    ("Diagnostics", "show_family", "diagnostics"),
    ("Outpatients", "show_family", "outpatients"),
    ("Theatres", "show_family", "theatres"),
    ("Comparison", "show_comparison"),
    ("Data quality", "list_data_quality"),
    ("Validation", "show_validation"),
    ("Returns", "list_returns"),
    ("Data", "list_loads"),
)
# Pages that keep an item of the menu marked though it leads elsewhere.
BELOW = {
    "show_service_review": "list_reviews",
    "show_review": "list_reviews", "show_trust_review": "list_reviews", "show_narrative": "list_reviews",
    "show_review_action": "list_reviews", "show_recalculation": "list_reviews",
    "show_validation_worksheet": "show_validation", "list_validation_corrections": "show_validation",
    "show_validation_yield": "show_validation",
    "show_latest_return": "list_returns", "show_return": "list_returns", "show_national_return": "list_returns",
    "list_return_records": "list_returns",
    "list_packs": "list_reviews", "show_pack": "list_reviews", "show_pack_making": "list_reviews",
    "list_jobs": "list_loads",
    "list_flags": "list_data_quality", "show_flag": "list_data_quality", "show_quality_dataset": "list_data_quality",
    "show_quality_rule": "list_data_quality",
    "list_published": "show_comparison", "show_published_dataset": "show_comparison",
    "show_worklist": "list_worklists", "show_emergency_flow": "show_emergency", "list_wards": "show_beds", "show_ward": "show_beds",
}  # fmt: skip


@cache
def desk_of_process() -> Desk:
    """The one desk of this worker process, opened after it has forked."""
    return Desk(settings.HOME)


def desk() -> Desk:
    """The desk over the current snapshot. `UnknownName` before the first refresh (pages/errors.py)."""
    return desk_of_process().refreshed()


@dataclass(frozen=True)
class Filters:
    """The filters that every page shares, in the order in which they stand: organisation, service, period, cut.

    They live in the address only, so that every page can be shared as it is seen. Empty means all.
    """

    trust: str = ""
    division: str = ""
    service: str = ""
    site: str = ""
    period: str = "month"
    cut: str = ""

    @property
    def where(self) -> dict[str, str]:
        """The organisation's part, as the functions of answers take it: dimension to value, only those chosen."""
        parts = {"trust": self.trust, "division": self.division, "service": self.service, "site": self.site}
        return {name: value for name, value in parts.items() if value}

    @property
    def query(self) -> dict[str, str]:
        """All filters that differ from their defaults, as they stand in an address."""
        return {name: value for name, value in self.__dict__.items() if value and value != getattr(Filters, name)}

    def but(self, **changes: str) -> "Filters":
        """The same filters with some changed."""
        return replace(self, **changes)


def filters_of(request: HttpRequest, **fixed: str) -> Filters:
    """The filters of a request's address; `fixed` are those that the path itself says. An unknown period is a month."""
    named = {name: request.GET.get(name, "").strip() for name in Filters.__dataclass_fields__}
    if named["period"] not in PERIODS:
        named["period"] = "month"
    return Filters(**named | fixed)


def whole_number(text: str, otherwise: int = 0) -> int:
    """The whole number that an address says; `otherwise` where it says none, or one longer than anybody types.

    >>> whole_number("12"), whole_number("²"), whole_number("9" * 5000, 12)
    (12, 0, 12)
    """
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise


@dataclass(frozen=True)
class Crumb:
    """A step of the breadcrumb."""

    text: str
    href: str


def crumbs_to(*steps: tuple[str, str]) -> tuple[Crumb, ...]:
    """The breadcrumb from the overview down; each step is (text, address)."""
    return (Crumb("Overview", url("show_overview")), *(Crumb(text, href) for text, href in steps))


@dataclass(frozen=True)
class Stamp:
    """Which snapshot a page stands on."""

    snapshot_id: str
    as_of: date
    built_at: datetime
    is_synthetic: bool
    days_old: int

    @property
    def is_stale(self) -> bool:
        """Whether real figures are older than a long weekend; made-up ones do not grow stale."""
        return self.days_old > DAYS_UNTIL_STALE and not self.is_synthetic


def stamp() -> Stamp | None:
    """The stamp of the current snapshot; None before the first refresh."""
    try:
        manifest = desk().manifest
    except UnknownName:
        return None
    return _stamp_of(manifest)


def stamp_at_the_door() -> Stamp | None:
    """The same from the snapshot's own account alone: who is not signed in waits for no desk to open, nor for a damaged one."""
    try:
        current = snapshots.current(settings.HOME)
        return _stamp_of(_account_of(settings.HOME, current)) if current else None
    except (UserError, OSError):
        return None


@lru_cache(maxsize=4)
def _account_of(home: Home, snapshot_id: str) -> Manifest:
    return snapshots.manifest(home, snapshot_id)


def _stamp_of(manifest: Manifest) -> Stamp:
    days_old = (timezone.localdate() - manifest.as_of).days
    return Stamp(manifest.id, manifest.as_of, manifest.built_at, manifest.is_synthetic, days_old)


def page(request: HttpRequest, template: str, *, title: str, status: int = 200, **context) -> HttpResponse:
    """The page; for a request of htmx's the same template, which then extends the bare frame (see clockstop/page.jinja)."""
    is_part = bool(getattr(request, "htmx", False)) and not request.htmx.boosted
    return render(request, template, {"title": title, "is_part": is_part, **context}, status=status)


def site(request: HttpRequest) -> dict:
    """The context processor: what the base template needs on every page, signed in or not."""
    is_known = getattr(request, "user", None) is not None and request.user.is_authenticated
    stamped = stamp() if is_known else stamp_at_the_door()
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "scope": request.scope if is_known else None,
        "role": role_title(request.user) if is_known else "",
        "manages_people": is_known and may(request.user, MANAGE_PEOPLE),
        "navigation": _navigation(request, unseen(request.scope, desk()) if stamped else 0) if is_known else [],
        "stamp": stamped,
        "old_extracts": old_extracts(request, desk()) if is_known and stamped else None,
        "organisation": _organisation(request) if is_known else "",
        "look": looks_token(request) if is_known else "",
        "opened_pathways": opened(request.user, timezone.now()) if is_known else (),
        "find_href": _reversed("find_pathways") if is_known else "",
        "today": timezone.localdate(),
    }


def _navigation(request: HttpRequest, alerts: int) -> list[dict]:
    """The menu, with how many alerts wait; an item that this site, or the reader, has no page for is left out."""
    match = request.resolver_match
    here = (BELOW.get(match.view_name, match.view_name), tuple(match.kwargs.values())) if match else ("", ())
    sees_loads = may(request.user, SEE_LOADS)
    shown = (one for one in NAVIGATION if sees_loads or one[1] != "list_loads")
    items = ((text, name, tuple(args), _reversed(name, *args)) for text, name, *args in shown)
    return [
        {"text": _counted(text, name, alerts), "href": href, "is_current": name == here[0] and (not args or args == here[1])}
        for text, name, args, href in items
        if href
    ]


def _counted(text: str, name: str, alerts: int) -> str:
    return f"{text} ({alerts} new)" if alerts and name == "list_alerts" else text


def _reversed(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _organisation(request: HttpRequest) -> str:
    """The trust whose account this is, or the group; how many trusts there are where the group has no name."""
    names = {code: trust.name for code, trust in desk().manifest.trusts.items() if code in request.scope.trusts} if stamp() else {}
    if len(names) == 1:
        return next(iter(names.values()))
    return (organisation.group_name(request.scope, desk()) or f"{len(names)} trusts") if names else ""
