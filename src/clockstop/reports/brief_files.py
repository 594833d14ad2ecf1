"""The weekly brief as text, HTML, JSON or a Word file. Patients are named only where that is asked for."""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from markupsafe import Markup, escape

from clockstop.errors import UserError
from clockstop.nhsuk.presenters import count, day
from clockstop.reports.brief import Action, Brief, heading
from clockstop.reports.sentences import Part, Sentence, plain

FORMATS = ("text", "html", "json", "docx")
_STYLE = """
body { font: 10.5pt/1.35 Arial, "Liberation Sans", sans-serif; color: #212b32; max-width: 48em; margin: 1em auto; padding: 0 1em }
h1 { font-size: 17pt; margin: 0 0 .2em }
h2 { font-size: 12pt; margin: 1em 0 .3em; border-top: 1px solid #d8dde0; padding-top: .5em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: 2px 8px 2px 0; border-bottom: 1px solid #d8dde0; vertical-align: top }
p, ul { margin: .2em 0 }
.note { color: #4c6272; font-size: 9pt }
@page { size: A4; margin: 14mm }
"""


def written(brief: Brief, format_: str, *, with_patients: bool = False) -> bytes:
    """The brief in one of `FORMATS`."""
    if format_ not in FORMATS:
        raise UserError(f"A brief is not written as {format_}.", do=f"Ask for one of {', '.join(FORMATS)}.")
    shown = brief if with_patients else without_patients(brief)
    return {"text": _text, "html": _html, "json": _json, "docx": _docx}[format_](shown)


def without_patients(brief: Brief) -> Brief:
    """The same with the numbers of the lists, but nobody named."""
    return replace(brief, waits=replace(brief.waits, rows=())) if brief.waits else brief


def action_said(action: Action) -> str:
    """An action in a line: what, who, by when."""
    late = f", {count(action.days_late, 'day')} late" if action.days_late else ""
    return f"{action.text} ({action.owner}, by {day(action.due)}{late})"


# A section of the brief: its heading, its paragraphs, then a table of heads and rows, which may be empty.
_Section = tuple[str, list[Sentence], list[str], list[list[Part]]]


def sections(brief: Brief) -> Iterator[_Section]:
    """The brief in the order in which it is read; a section that has nothing to say is left out."""
    moved = [line for one in brief.moved for line in _moved(one)]
    also = [_also(brief)] if brief.also_moved else []
    yield "What moved, and is it noise?", [brief.summary, *moved, *also], [], []
    if brief.waits:
        said = [one for one in (brief.waits.summary, brief.waits.ahead) if one]
        rows = [[Part(one.pathway, one.href), Part(one.waited), Part(one.next_step)] for one in brief.waits.rows]
        yield f"Who waits, on {day(brief.as_of)}", said, ["Longest waits", "Waited", "Next"] if rows else [], rows
    actions = [(Part(action_said(one)),) for one in brief.actions]
    yield "Open actions", actions or [(Part("No open action is recorded."),)], [], []
    if brief.elsewhere:
        what = "The same service elsewhere" if brief.service else "The other trusts"
        rows = [[Part(one.name), *one.values, Part("" if one.is_own else one.ask)] for one in brief.elsewhere]
        yield what, [], ["Trust", *brief.columns, "Whom to ask"], rows


def _moved(one) -> Iterator[Sentence]:
    quality = f" ({one.quality})" if one.quality else ""
    yield (
        Part(f"{one.variation_said}{', new this week' if one.is_new else ''}: "),
        Part(f"{one.title} ", one.href),
        Part(f"{one.value}{quality}. {one.verdict}"),
    )
    yield from one.why


def _also(brief: Brief) -> Sentence:
    parts = [part for one in brief.also_moved for part in (Part(", "), one)]
    return (Part("Moved too: "), *parts[1:], Part("."))


def _about(brief: Brief) -> str:
    synthetic = " Synthetic data: every trust, patient and figure is made up." if brief.is_synthetic else ""
    return f"Data to {day(brief.as_of)}, snapshot {brief.snapshot_id}; figures as known now.{synthetic}"


def _text(brief: Brief) -> bytes:
    lines = [heading(brief), "=" * len(heading(brief))]
    for title, said, heads, rows in sections(brief):
        lines += ["", title, "-" * len(title), *(plain(one) for one in said)]
        lines += _columns([heads, *([part.text for part in row] for row in rows)]) if rows else []
    return "\n".join([*lines, "", _about(brief)]).encode()


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _json(brief: Brief) -> bytes:
    """Every part of the brief by its name; sentences as their text, with the addresses of their numbers beside them."""
    return json.dumps(_plain(asdict(brief)), indent=1, ensure_ascii=False, default=str).encode()


def _plain(value: Any) -> Any:
    """A sentence as its text and links; all else as it is."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        if value and all(isinstance(one, dict) and set(one) == {"text", "href"} for one in value):
            links = [one for one in value if one["href"]]
            return {"text": "".join(one["text"] for one in value), "links": links}
        return [_plain(one) for one in value]
    return value


def _html(brief: Brief) -> bytes:
    """A page that stands alone, to be printed or mailed; without links, which would lead nowhere from there."""
    body = [Markup("<h1>{}</h1><p class=note>{}</p>").format(heading(brief), _about(brief))]
    for title, said, heads, rows in sections(brief):
        body.append(Markup("<h2>{}</h2>").format(title))
        body += [Markup("<p>{}</p>").format(plain(one)) for one in said]
        if rows:
            body.append(Markup("<table><thead><tr>{}</tr></thead><tbody>").format(_cells(heads, "th")))
            body += [Markup("<tr>{}</tr>").format(_cells([part.text for part in row], "td")) for row in rows]
            body.append(Markup("</tbody></table>"))
    head = Markup('<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{}</title>').format(heading(brief))
    style = Markup("<style>{}</style></head><body>").format(Markup(_STYLE))  # noqa: S704 our own text
    return (head + style + Markup("\n").join(body) + Markup("</body></html>")).encode()


def _cells(cells: list[str], tag: str) -> Markup:
    scope = Markup(" scope=col") if tag == "th" else ""
    return Markup("").join(Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), scope, escape(cell)) for cell in cells)  # noqa: S704


def _docx(brief: Brief) -> bytes:
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Arial", Pt(10)
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    document.core_properties.title, document.core_properties.author = heading(brief), "Clockstop"
    document.core_properties.language = "en-GB"
    document.add_heading(heading(brief), level=1)
    for title, said, heads, rows in sections(brief):
        document.add_heading(title, level=2)
        for one in said:
            document.add_paragraph(plain(one)).paragraph_format.space_after = Pt(3)
        if rows:
            _docx_table(document, [heads, *([part.text for part in row] for row in rows)])
    document.add_paragraph(_about(brief))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _docx_table(document, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Light List")
    for place, row in enumerate(rows):
        for cell, text in zip(table.rows[place].cells, row, strict=True):
            cell.text = text
