"""Why a measure moved, in two sentences for its own page, and the way to the whole split."""

from dataclasses import dataclass

from clockstop.answers.change import change_of
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.measures.measure import Measure
from clockstop.nhsuk.templating import url
from clockstop.pages.context import Filters
from clockstop.reports.change_words import why
from clockstop.reports.sentences import Sentence


@dataclass(frozen=True)
class ChangeLine:
    """The sentences (none where there is no split) and the address of the page that shows it all."""

    sentences: tuple[Sentence, ...]
    href: str


def change_line(scope: Scope, opened: Desk, measure: Measure, filters: Filters, cut: str) -> ChangeLine | None:
    """What moved the latest figure since the period before, split as the page is; None where there is nothing before it."""
    if not cut or measure.is_current_only:
        return None
    change = change_of(scope, opened, measure.slug, where=filters.where, by=cut, period_kind=filters.period)
    if change.first is None:
        return None
    return ChangeLine(why(change, scope), url("show_change", measure.slug, **filters.but(cut="").query, by=cut))
