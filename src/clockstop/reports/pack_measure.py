"""One measure on one line of a pack: its figure, target, limits, icons, kite mark and owner, with the address of the number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series
from clockstop.answers.spc import SpcChart
from clockstop.answers.spc_sentences import assurance_said, variation_said
from clockstop.dates import month_end
from clockstop.insight.spc_conventions import DEFAULT
from clockstop.measures.catalogue import families
from clockstop.measures.measure import Measure
from clockstop.measures.targets import bar
from clockstop.nhsuk.figures import bar as bar_said
from clockstop.nhsuk.figures import figure
from clockstop.nhsuk.presenters import day, month
from clockstop.nhsuk.templating import url
from clockstop.reports import figure_words as words
from clockstop.reports.marks import Marks
from clockstop.reports.pack import Audience, KpiRow, Style
from clockstop.reports.pack_domains import domain_of
from clockstop.reports.pack_written import Written

NO_HISTORY, TOO_FEW, NO_TARGET = "Counted on the day of the list only", "Too few months", "No target"


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What the pieces of a pack are made of."""

    scope: Scope
    desk: Desk
    org: str
    where: Mapping[str, str]
    month: date
    audience: Audience
    style: Style
    level: str
    charts: Mapping[str, SpcChart]
    marks: Marks
    written: Written
    convention: str = DEFAULT

    def address(self, view: str, slug: str, **query: str) -> str:
        """The full address of a measure's page on the trust's site."""
        return f"{self.style.site}{url(view, slug, **self.where, **query)}"


def kpi_row(gathered: Gathered, measure: Measure, found: Series) -> KpiRow:
    """The measure's line."""
    point = found.points[-1]
    asked = bar(measure.slug, level=gathered.level, on=point.period_end)
    quality, quality_said = _quality(gathered, measure, point)
    family = next(name for name, members in families().items() if measure in members)
    return KpiRow(
        slug=measure.slug,
        title=measure.title,
        family=family,
        domain=domain_of(measure.slug, family, gathered.style.domains),
        kind=measure.kind,
        unit=measure.unit,
        improvement=measure.improvement,
        is_now=measure.is_current_only,
        when=day(point.period_end) if measure.is_current_only else month(point.period_end),
        period_end=point.period_end,
        numerator=point.numerator,
        denominator=point.denominator,
        value=point.value,
        value_said=words.said(measure, point),
        parts_said=words.parts_of(measure, point),
        is_hidden=point.is_hidden,
        target=asked.value if asked else None,
        target_said=bar_said(measure.kind, asked.value, measure.unit) if asked else "",
        target_title=asked.title if asked else "",
        quality=quality,
        quality_said=quality_said,
        owner=gathered.written.owner(measure.slug),
        href=number_address(gathered, measure, point),
        **_judged(gathered, measure, asked.title if asked else "target", is_known=point.value is not None),
    )


def _judged(gathered: Gathered, measure: Measure, target_title: str, *, is_known: bool) -> dict[str, Any]:
    """The lines and icons of a row; no icon where the month itself has no figure."""
    chart = gathered.charts.get(measure.slug)
    last = chart.points[-1] if chart else None
    mean, lpl, upl = (last.mean, last.lpl, last.upl) if last else (None, None, None)
    variation, assurance = (chart.variation, chart.assurance) if chart and is_known else ("", "")
    return {
        "mean": mean,
        "lpl": lpl,
        "upl": upl,
        "mean_said": line_said(measure, mean),
        "lpl_said": line_said(measure, lpl, is_limit=True),
        "upl_said": line_said(measure, upl, is_limit=True),
        "variation": _row_of(variation),
        "variation_icon": variation,
        "variation_said": _variation_said(measure, variation),
        "assurance": assurance,
        "assurance_icon": assurance,
        "assurance_said": assurance_said(assurance, target_title) or NO_TARGET,
    }


def number_address(gathered: Gathered, measure: Measure, point: Point) -> str:
    """The address of the very number: what it was made of, and from there the rows behind it."""
    kind = "now" if measure.is_current_only else "month"
    end = point.period_end if measure.is_current_only else month_end(point.period_end)
    return gathered.address("show_number_lineage", measure.slug, period=kind, period_end=end.isoformat())


def line_said(measure: Measure, value: float | None, *, is_limit: bool = False) -> str:
    """A mean or limit as it is printed, a rate without its unit, which stands beside the value.

    A limit beyond what can be counted is printed at its end; the chart's sums keep it.
    """
    if value is None:
        return ""
    if is_limit:
        value = max(value, 0.0)
        value = min(value, 1.0) if measure.kind == "share" and measure.is_part else value
    if measure.kind == "rate":
        return figure(measure.kind, value, measure.unit).removesuffix(f" {measure.unit}")
    return words.value_said(measure, value)


def _variation_said(measure: Measure, word: str) -> str:
    if measure.is_current_only:
        return NO_HISTORY
    way = {"high": " (higher)", "low": " (lower)"}.get(word.rpartition("_")[2], "") if not word.startswith("neutral") else ""
    return f"{variation_said(word)}{way}" if word else TOO_FEW


def _row_of(variation: str) -> str:
    """The matrix row of a variation icon: without which way it went."""
    return variation.removesuffix("_high").removesuffix("_low")


def _quality(gathered: Gathered, measure: Measure, point: Point) -> tuple[str, str]:
    """The kite mark: how many of its dimensions are met, and all of it in words; of the group the lowest of its trusts."""
    found = gathered.marks.lowest(measure.slug, gathered.scope.trusts, point.period_end)
    if found is None:
        return "", ""
    whose = "" if gathered.where.get("trust") else "Lowest of the trusts: "
    return f"{found.met} of {len(found.answers)}", f"{whose}{found.words}"
