"""The first pages made before anybody asks for them: templates compiled, snapshot open, each trust's first answers worked out."""

import logging
import threading

from django.db import connections
from django.template.loader import get_template

from clockstop.answers import board, organisation, pathways, worklists
from clockstop.answers.alerts import alerts
from clockstop.answers.desk import Desk
from clockstop.answers.returns_due import returns_due
from clockstop.answers.scope import Scope
from clockstop.answers.series import series
from clockstop.answers.standard_range import ranges
from clockstop.errors import UserError
from clockstop.pages import ptl_address, warming_boards
from clockstop.pages.alert_words import written
from clockstop.pages.context import desk
from clockstop.pages.overview import england_of
from clockstop.pages.warming_quality import warm_quality
from clockstop.pages.whats_changed import what_changed
from clockstop.registers.pathway_notes import reading
from clockstop.registers.validation import reading as validation

_TEMPLATES = (
    "accounts/sign_in.jinja", "pages/overview.jinja", "pages/board_grid.jinja", "pages/ptl.jinja", "pages/pathway.jinja",
    "pages/measure.jinja", "pages/measure_list.jinja", "pages/data_quality.jinja", *warming_boards.TEMPLATES,
)  # fmt: skip
_FIRST_MEASURE = "rtt_within_18_weeks"
_log = logging.getLogger(__name__)


def start_warming() -> threading.Thread:
    """Warm the pages beside the requests of this worker, which is answered at once: a visitor who comes first only waits longer."""
    thread = threading.Thread(target=_warm_quietly, name="warming", daemon=True)
    thread.start()
    return thread


def warm_pages() -> None:
    """Compile the first templates, open the desk and answer what the first visitors ask: the group's overview and boards, and of
    each trust its page, its waiting list, a timeline, a measure, its boards and its returns. Before the first refresh only the
    templates can be done.
    """
    for name in _TEMPLATES:
        get_template(name)
    try:
        opened = desk()
        opened.warm_up()
        codes = sorted(opened.manifest.trusts)
        everyone = _scope(codes, may_see_patients=False)
        whole = _overview(everyone, opened, {}, below="trust")
        for slug in whole.measures:
            england_of(opened, slug)
        _ranges(everyone, opened, codes)
        warm_quality(everyone, opened, codes, whole)
        warming_boards.warm_boards(everyone, opened)
        for code in codes:
            _trust(opened, code)
        for code in codes:
            _overview(everyone, opened, {"trust": code}, below="division")
        for code in codes:
            warming_boards.warm_boards(_scope([code], may_see_patients=True), opened, code)
        for code in codes:
            returns_due(_scope([code], may_see_patients=True), opened, code)
        for scope in (*(_scope([code], may_see_patients=True) for code in codes), everyone):
            alerts(scope, opened, written(scope))
    except UserError:
        return


def _warm_quietly() -> None:
    """Warm the pages; what goes wrong is logged by its kind alone and meets its visitor later."""
    try:
        warm_pages()
    except Exception as error:
        _log.warning("The pages could not be warmed: %s", type(error).__name__)
    finally:
        connections.close_all()


def _scope(codes: list[str], *, may_see_patients: bool) -> Scope:
    return Scope(trusts=frozenset(codes), may_see_patients=frozenset(codes if may_see_patients else ()), user="", role="")


def _overview(scope: Scope, opened: Desk, where: dict[str, str], *, below: str) -> board.Board:
    what_changed(scope, opened, where, below=below)
    return board.overview(scope, opened, where)


def _ranges(scope: Scope, opened: Desk, codes: list[str]) -> None:
    """The rates of the samples, and the ranges of the group's and the trusts' headlines."""
    if opened.has("rtt_waits") and opened.has("rtt_flags"):
        for where in ({}, *({"trust": code} for code in codes)):
            ranges(scope, opened, validation.outcomes(codes), where)


def _trust(opened: Desk, code: str) -> None:
    """What the people of one trust see first."""
    own, where = _scope([code], may_see_patients=True), {"trust": code}
    organisation.tree(own, opened)
    warm_quality(own, opened, [code], _overview(own, opened, where, below="division"))
    shown = worklists.ptl(own, opened, reading.notes_for(own), ptl_address.filters_of({}, own))
    worklists.changes(own, opened, where)
    worklists.consultants(own, opened, where)
    series(own, opened, _FIRST_MEASURE, period_kind="month", where={}, by="trust")
    for row in shown.rows[:1]:
        pathways.pathway(own, opened, code, row.patient_pathway_identifier)
