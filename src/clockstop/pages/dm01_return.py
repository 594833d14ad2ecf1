"""The monthly DM01 return: who waits for which test by week band, what was done, and whether the checks pass."""

import tempfile
from datetime import date
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, SEE_MEASURES
from clockstop.accounts.scopes import may
from clockstop.answers.desk import Desk
from clockstop.answers.dm01_return import MonthlyDm01, monthly_dm01
from clockstop.contracts.diagnostic_codes import TEST_TITLES
from clockstop.dates import add_months, month_start
from clockstop.errors import NotAllowed
from clockstop.measures.suppress import is_share_hidden
from clockstop.nhsuk import presenters
from clockstop.nhsuk.templating import url
from clockstop.pages import small_numbers
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.reports.dm01_files import file_name, write_dm01
from clockstop.rules.dm01_return import BAND_COLUMNS, CHECKS, KINDS, TOTAL, Dm01Row

MONTHS_OFFERED = 18
FORMATS = ("csv", "xlsx", "json")


def show_dm01_return(request: HttpRequest, trust: str = "") -> HttpResponse:
    """A trust's return of a month; with `format`, the file itself. Figures by test and band are for those cleared only."""
    open_desk = desk()
    trusts = sorted(code for code in request.scope.trusts if may(request.user, SEE_MEASURES, code))
    trust = request.GET.get("trust", "") or trust or (trusts[0] if trusts else "")
    _require(request, SEE_MEASURES, trust, "its figures")
    months = _months(open_desk)
    found = monthly_dm01(request.scope, open_desk, trust, request.GET.get("month") or months[1])
    if request.GET.get("format") in FORMATS:
        return _export(request, found)
    is_own = request.scope.is_own(trust)
    return page(
        request,
        "pages/dm01_return.jinja",
        title="Is the diagnostics return right?",
        crumbs=crumbs_to((found.trust_name, url("show_trust", trust))),
        found=found,
        is_own=is_own,
        may_export=is_own and may(request.user, EXPORT_PATIENTS, trust),
        path=url("show_dm01_return", trust),
        query={"month": found.month.name},
        trust_options=[(code, open_desk.manifest.trusts[code].name) for code in trusts],
        month_options=[(one, presenters.month(date.fromisoformat(f"{one}-01"))) for one in months],
        month_words=presenters.month(found.month.first_day),
        answered=_answered(found, is_own=is_own),
        lines=[_line(found, row, is_own=is_own) for row in found.tests if is_own or row.diagnostic_test == TOTAL],
        bands=[_bands(row) for row in found.tests] if is_own else [],
        band_heads=BAND_COLUMNS,
        kind_heads=tuple(KINDS.values()),
        checks=[(title, [one for one in found.findings if one.check == name]) for name, title in CHECKS.items()],
        titles=TEST_TITLES,
    )


def _months(open_desk: Desk) -> list[str]:
    """The months that may be asked for, the newest first."""
    newest = month_start(open_desk.as_of)
    return [f"{add_months(newest, -back):%Y-%m}" for back in range(MONTHS_OFFERED)]


def _answered(found: MonthlyDm01, *, is_own: bool) -> str:
    """What the page's question comes to: whether it would be sent back, and the share of six weeks or more."""
    errors = sum(one.is_error for one in found.findings)
    queries = len(found.findings) - errors
    said = [f"All {len(CHECKS)} checks pass."] if not found.findings else []
    if errors:
        said.append(f"It would be sent back: {presenters.count(errors, 'figure is', 'figures are')} wrong.")
    if queries:
        said.append(f"{presenters.count(queries, 'unusual figure', 'unusual figures')} to be explained.")
    if found.total.six_plus_share is not None and not _hides_share(found.total, is_own=is_own):
        said.append(f"{found.total.six_plus_share:.1%} of those waiting have waited six weeks or more; the standard is 1%.")
    return " ".join(said)


def _line(found: MonthlyDm01, row: Dm01Row, *, is_own: bool) -> list[str]:
    """One test: waiting, over six and 13 weeks, last month's list, and the tests done, in all and by working day."""
    before = next((one.total for one in found.before if one.diagnostic_test == row.diagnostic_test), 0)
    a_day = found.activity_a_working_day(row)
    share = "" if row.six_plus_share is None or _hides_share(row, is_own=is_own) else f"{row.six_plus_share:.1%}"
    figures = [row.total, row.six_plus, row.thirteen_plus, before, row.total_activity]
    waiting, six, thirteen, last, every = [small_numbers.said(one, is_own=is_own) for one in figures]
    done = small_numbers.parts_said(row.activity, is_own=is_own)
    hides_rate = a_day is None or small_numbers.is_withheld(row.total_activity, is_own=is_own)
    title = TEST_TITLES.get(row.diagnostic_test, "All tests")
    return [title, waiting, six, share, thirteen, last, *done, every, "" if hides_rate else f"{a_day:.1f}"]


def _hides_share(row: Dm01Row, *, is_own: bool) -> bool:
    """Whether the share of six weeks or more would tell of few people."""
    return not is_own and is_share_hidden(row.six_plus, row.total, "k5")


def _bands(row: Dm01Row) -> list[str]:
    return [TEST_TITLES.get(row.diagnostic_test, "All tests"), *(presenters.number(count) for count in row.bands)]


def _export(request: HttpRequest, found: MonthlyDm01) -> HttpResponse:
    """The return as a file: its counts are small, so it is for those cleared."""
    if not request.scope.is_own(found.trust):
        raise NotAllowed("You may not take the return away.", where=f"Trust {found.trust}.", do="Ask the trust's information team.")
    _require(request, EXPORT_PATIENTS, found.trust, "its return outside Clockstop")
    name = file_name(found.trust, found.month.name, f".{request.GET['format']}")
    audit.record(request, action=audit.EXPORTED, what="show_dm01_return", trust=found.trust, rows=len(found.rows), detail=name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write_dm01(file, found)
        return FileResponse(file.open("rb"), as_attachment=True, filename=name)


def _require(request: HttpRequest, permission: str, trust: str, what: str) -> None:
    if not trust or not may(request.user, permission, trust):
        raise NotAllowed(
            f"You may not see {what}.", where=f"Trust {trust}.", do="Ask the person who manages accounts in that trust."
        )
