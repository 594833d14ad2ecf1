"""What NHS England published, as it is loaded here: the files with their revisions, and a dataset's figures."""

from calendar import monthrange
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import published_figures
from clockstop.answers.published_figures import ATTRIBUTION, LICENCE, Asked, DatasetPage, LoadedFile, datasets, figure_words
from clockstop.answers.series import Point
from clockstop.pages import exports
from clockstop.pages.charts import Run, run_chart
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.pages.published import month_name

TITLE = "What is published?"
_MOST_SHOWN = 250
_CHART_KINDS = {"share": "small share", "average": "mean", "per_cent": "mean"}


def list_published(request: HttpRequest) -> HttpResponse:
    """The loaded files with each month's revisions, which is in use, source and licence; with `format`, the table to take away."""
    chosen = request.GET.get("dataset", "")
    files = published_figures.loaded(request.scope, desk(), of_dataset=chosen if chosen in ("rtt", *datasets()) else "")
    if request.GET.get("format") in exports.FORMATS:
        return _export_files(request.GET["format"], files)
    titles = {"rtt": "Referral to treatment", **{slug: one.title for slug, one in datasets().items()}}
    return page(
        request,
        "pages/published_list.jinja",
        title=TITLE,
        crumbs=crumbs_to(),
        files=files,
        titles=titles,
        summaries=_summaries(files, titles),
        path=reverse("list_published"),
        query={"dataset": chosen} if chosen else {},
        chosen=chosen,
        month_name=month_name,
        months_said=_months_said,
        attribution=ATTRIBUTION,
        licence=LICENCE,
    )


def _summaries(files: list[LoadedFile], titles: dict[str, str]) -> list[dict]:
    """Of each dataset with files: its title, address, first and last month, and how many files."""
    made = []
    for slug in dict.fromkeys(one.dataset for one in files):
        months = sorted({month for one in files if one.dataset == slug for month in one.months})
        address = reverse("show_comparison") if slug == "rtt" else reverse("show_published_dataset", args=[slug])
        made.append(
            {
                "title": titles[slug],
                "href": address,
                "months": _months_said(tuple(months)),
                "files": sum(one.dataset == slug for one in files),
            }
        )
    return made


def _months_said(months: tuple[str, ...]) -> str:
    names = [month_name(months[0]), month_name(months[-1])]
    return names[0] if len(months) == 1 else f"{names[0]} to {names[1]}"


def _export_files(format_: str, files: list[LoadedFile]) -> HttpResponse:
    columns = [
        *("dataset", "publication", "first_month", "last_month", "revision", "is_in_use", "status", "released", "rows"),
        *("loaded_at", "file", "sha256"),
    ]
    rows = (
        [
            *(one.dataset, one.title, one.months[0], one.months[-1], one.number, one.is_in_use, one.kept.status, one.kept.released),
            *(one.kept.rows_read, one.kept.loaded_at, one.kept.file_name, one.kept.file_sha256),
        ]
        for one in files
    )
    return exports.export(format_, name="published", columns=columns, rows=rows, notes=[TITLE, ATTRIBUTION])


def show_published_dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation's figures in a month, one of them by month as a chart and a table, and the same of all organisations."""
    found = published_figures.dataset_page(request.scope, desk(), slug, _asked(request))
    if request.GET.get("format") in exports.FORMATS:
        return _export_dataset(request.GET["format"], found)
    return page(
        request,
        "pages/published_dataset.jinja",
        title=found.declared.title,
        crumbs=crumbs_to((TITLE, reverse("list_published"))),
        found=found,
        path=reverse("show_published_dataset", args=[slug]),
        query=_query(found.asked),
        selects=_selects(found),
        kept={"org_code": found.asked.org_code} if found.asked.level != "england" else {},
        figure_rows=_figure_rows(found),
        months=_months(found),
        chart=_chart(found) if len(found.series) > 1 else None,
        shown=found.organisations[:_MOST_SHOWN],
        month_name=month_name(found.asked.month),
        words=lambda one: figure_words(found.key, one.value) if one.value is not None else f"not published {one.text}".rstrip(),
        organisation_query=lambda one: {**_query(found.asked), "level": _level_of_rows(found), "org_code": one.code},
        attribution=ATTRIBUTION,
        licence=LICENCE,
    )


def _level_of_rows(found: DatasetPage) -> str:
    if found.asked.level != "england":
        return found.asked.level
    return next((level for level in ("provider", "icb", "region", "site", "other") if level in found.levels), "england")


def _asked(request: HttpRequest) -> Asked:
    """What the address says; an organisation without a level is a provider."""
    said = {name: request.GET.get(name, "").strip() for name in ("month", "level", "org_code", "cut", "key", "revision")}
    level = said["level"] or ("provider" if said["org_code"] else "england")
    code = published_figures.ENGLAND if level == "england" else said["org_code"].upper()
    revision = whole_number(said["revision"]) or None
    return Asked(month=said["month"], level=level, org_code=code, cut=said["cut"], key=said["key"], revision=revision)


def _query(asked: Asked) -> dict[str, str]:
    said = {"month": asked.month, "cut": asked.cut, "key": asked.key, "revision": str(asked.revision or "")}
    said |= {} if asked.level == "england" else {"level": asked.level, "org_code": asked.org_code}
    return {name: value for name, value in said.items() if value}


def _selects(found: DatasetPage) -> list[dict]:
    asked = found.asked
    months = [(month, month_name(month)) for month in found.months]
    selects = [
        {"name": "month", "label": "Period", "options": months, "value": asked.month},
        {"name": "key", "label": "Figure", "options": [(key.name, key.title) for key in found.keys], "value": asked.key},
    ]
    if len(found.cuts) > 1:
        options = [(cut, cut.replace("=", ": ").replace(";", ", ") or "The whole") for cut in found.cuts]
        selects.append({"name": "cut", "label": "Cut", "options": options, "value": asked.cut})
    if asked.level != "england":
        levels = [("england", "England"), (asked.level, found.figures.org_name)]
        selects.insert(0, {"name": "level", "label": "Organisation", "options": levels, "value": asked.level})
    if len(found.revisions) > 1:
        revisions = [("", "The best")] + [(str(one.number), f"{one.number}: {one.kept.file_name}") for one in found.revisions]
        selects.append({"name": "revision", "label": "Revision", "options": revisions, "value": str(asked.revision or "")})
    return selects


def _figure_rows(found: DatasetPage) -> list[tuple[str, str, str, str]]:
    """Each figure with its words, what it means, and the cell it stands in."""
    figures = found.figures
    return [
        (
            key.title,
            "not published " + figures.texts.get(key.name, "")
            if figures.values[key.name] is None
            else figure_words(key, figures.values[key.name]),
            key.meaning,
            f"{figures.places[key.name]}, revision {figures.sources[key.name].number}",
        )
        for key in found.keys
    ]


def _months(found: DatasetPage) -> list[tuple]:
    """Each month's figure in words with the revision that it is of, the latest first."""
    known = [(month, value, one) for month, value, one in reversed(found.series) if value is not None]
    return [(month_name(month), figure_words(found.key, value), one) for month, value, one in known]


def _chart(found: DatasetPage) -> dict:
    points = [Point(_month_end(month), value, None, value) for month, value, _ in found.series]
    run = Run(
        title=f"{found.key.title}, {found.figures.org_name}, by month",
        kind=_CHART_KINDS.get(found.key.kind, "count"),
        period="month",
        points=points,
        said=[figure_words(found.key, value) if value is not None else "not published" for _, value, _ in found.series],
        average=None,
        average_said="",
        targets=(),
    )
    return run_chart(run)


def _month_end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, monthrange(year, number)[1])


def _export_dataset(format_: str, found: DatasetPage) -> HttpResponse:
    """The figure of every organisation in the month; the organisation's own figures stand above them."""
    columns = ["month", "level", "code", "name", "cut", "key", "value", "not_published", "revision"]
    asked, figures = found.asked, found.figures
    place = [asked.month, asked.level, asked.org_code, figures.org_name, asked.cut]
    own = ([*place, key, value, figures.texts.get(key, ""), figures.sources[key].number] for key, value in figures.values.items())
    level = _level_of_rows(found)
    others = (
        [asked.month, level, one.code, one.name, asked.cut, asked.key, one.value, one.text, ""]
        for one in found.organisations
        if not (one.code == asked.org_code and level == asked.level)
    )
    notes = [found.declared.title, month_name(asked.month), ATTRIBUTION]
    return exports.export(format_, name=f"{found.declared.slug}-{asked.month}", columns=columns, rows=[*own, *others], notes=notes)
