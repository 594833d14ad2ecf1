"""A pack as a Word document: real headings, tables with header rows, charts with alternative text, in British English.

A trust's pack.docx is the document that it starts from: its styles, header, footer and page are kept, its body is replaced.
"""

import io
from typing import Any

from clockstop.errors import UserError
from clockstop.reports.pack import ActionLine, MeasurePage, Section, Style
from clockstop.reports.pack_docx_parts import (
    TABLE_TEXT,
    add_field,
    add_heading,
    add_link,
    add_paragraph,
    add_picture,
    add_row,
    add_table,
    hex_of,
    set_language,
    set_properties,
)
from clockstop.reports.pack_layout import (
    COLUMNS_OF_MATRIX,
    HEADINGS,
    ICONS_OF_ROW,
    MATRIX_HEADING,
    SYNTHETIC,
    WIDTHS,
    Layout,
    cells_of,
    how_to_open,
    matrix,
    matrix_widths,
    revised_said,
)
from clockstop.reports.pack_template import DOCX

CHART_CM, WIDE_CM = 24.0, 26.7
STYLES = ("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Normal", "List Bullet", "Table Grid", "Caption")


def body_of(layout: Layout) -> bytes:
    """The document."""
    document = _opened(layout)
    pack = layout.pack
    set_properties(document, title=pack.title, subject=pack.audience_said, language=pack.style.language)
    _cover(document, layout)
    _summary(document, layout)
    _matrix(document, layout)
    _measures(document, layout)
    _exceptions(document, layout)
    add_heading(document, "Every measure", is_new_page=True)
    for place, page in enumerate(pack.pages):
        _measure_page(document, layout, page, is_first=place == 0)
        layout.told(place)
    _definitions(document, layout)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def starter(style: Style) -> bytes:
    """An empty document in Clockstop's own style: what a trust changes into its pack.docx."""
    held = io.BytesIO()
    _blank(style).save(held)
    return held.getvalue()


def _opened(layout: Layout) -> Any:
    import docx

    file = layout.template.file(DOCX)
    document = docx.Document(str(file)) if file else _blank(layout.pack.style)
    missing = [name for name in STYLES if name not in {one.name for one in document.styles}]
    if missing:
        raise UserError(
            "The template lacks a style that packs need.",
            where=f"{file}: {', '.join(missing)}.",
            do="Start from the one that `clockstop pack-template --out DIR` writes.",
        )
    body = document.element.body
    for child in [one for one in body if not one.tag.endswith("}sectPr")]:
        body.remove(child)
    _furnish(document, layout)
    return document


def _blank(style: Style) -> Any:
    """A4 on its side, in the style's font and colours."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin, section.bottom_margin = Cm(1.6), Cm(1.5)
    section.header_distance = section.footer_distance = Cm(0.8)
    sizes = {"Title": 30, "Subtitle": 16, "Heading 1": 20, "Heading 2": 15, "Heading 3": 11.5, "Normal": 10, "Caption": 9}
    for name, size in sizes.items():
        font = document.styles[name].font
        font.name, font.size = style.font, Pt(size)
        set_language(document.styles[name], style)
        is_plain = name in ("Normal", "Heading 3", "Caption", "Subtitle")
        font.color.rgb = RGBColor.from_string(hex_of(style.text if is_plain else style.main))
        font.italic, font.bold = False, name.startswith("Heading") or name == "Title"
        document.styles[name].paragraph_format.space_after = Pt(3)
    cells = document.styles.add_style(TABLE_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    cells.base_style, cells.font.size, cells.paragraph_format.space_after = document.styles["Normal"], Pt(8.5), Pt(0)
    for name in ("Heading 2", "Heading 3"):
        document.styles[name].paragraph_format.space_before = Pt(3)
    document.styles["List Bullet"].paragraph_format.space_after = Pt(2)
    return document


def _furnish(document: Any, layout: Layout) -> None:
    """Header and footer of every page, added to what the template has there."""
    pack, section = layout.pack, document.sections[0]
    head = section.header.paragraphs[0]
    head.text = f"{SYNTHETIC} " if pack.is_made_up else ""
    foot = section.footer.paragraphs[0]
    foot.text = " · ".join(
        part for part in (pack.title, f"version {layout.version.number}", pack.audience_said, pack.style.footer) if part
    )
    foot.add_run(" · Page ")
    add_field(foot, "PAGE")
    for paragraph in (head, foot):
        paragraph.style = document.styles["Caption"]


def _cover(document: Any, layout: Layout) -> None:
    pack = layout.pack
    document.add_paragraph(pack.style.title, style="Title")
    document.add_paragraph(f"{pack.place}, {pack.month_said}", style="Subtitle")
    if pack.style.subtitle:
        document.add_paragraph(pack.style.subtitle, style="Subtitle")
    if pack.is_made_up:
        document.add_paragraph().add_run(SYNTHETIC).bold = True
    for line in layout.cover_lines():
        document.add_paragraph(line)
    document.add_heading("In short", level=2)
    document.add_paragraph(pack.headline)
    document.add_heading("How to read it", level=2)
    for note in pack.notes:
        document.add_paragraph(note, style="List Bullet")


def _summary(document: Any, layout: Layout) -> None:
    add_heading(document, "Executive summary", is_new_page=True)
    for domain in layout.pack.summary:
        document.add_heading(f"{domain.title}: {_number_of(domain.measures)}", level=2)
        parts = (("Improving", domain.improving), ("Concerning", domain.concerning), ("Stuck", domain.stuck))
        said = [(title, lines) for title, lines in parts if lines]
        if not said and domain.measures:
            document.add_paragraph("No real change, and nothing stuck below its target.")
        for title, lines in said:
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.add_run(f"{title}: ").bold = True
            for place, (slug, line) in enumerate(lines):
                paragraph.add_run("; " if place else "")
                add_link(paragraph, line, layout.pack.row(slug).href)


def _number_of(measures: int) -> str:
    return "no measure in this pack" if not measures else f"{measures} measure{'' if measures == 1 else 's'}"


def _matrix(document: Any, layout: Layout) -> None:
    add_heading(document, "Matrix of variation and assurance", is_new_page=True)
    headings = [(MATRIX_HEADING, ""), *((title, word) for word, title in COLUMNS_OF_MATRIX)]
    table = add_table(document, [""] * len(headings), style=layout.pack.style, widths_cm=_cm(matrix_widths(layout.pack)))
    for cell, (title, word) in zip(table.rows[0].cells, headings, strict=True):
        _icon(cell.paragraphs[0], layout, word, title)
        cell.paragraphs[0].add_run(title).bold = True
    for title, cells in matrix(layout.pack):
        row = add_row(table, may_break=True)
        for word in ICONS_OF_ROW[title]:
            _icon(row[0].paragraphs[0], layout, word, title)
        row[0].paragraphs[0].add_run(title).bold = True
        for cell, measures in zip(row[1:], cells, strict=True):
            for place, one in enumerate(measures):
                paragraph = cell.paragraphs[0] if place == 0 else add_paragraph(cell)
                add_link(paragraph, one.title, one.href)
                paragraph.add_run(f" {one.value_said}")


def _icon(paragraph: Any, layout: Layout, word: str, said: str) -> None:
    """The icon of a word, with the words that stand beside it as its alternative text."""
    picture = layout.icon_png(word)
    if picture is not None:
        add_picture(paragraph, picture, height_cm=0.45, alt=said)
        paragraph.add_run(" ")


def _measures(document: Any, layout: Layout) -> None:
    """One row a measure."""
    pack = layout.pack
    add_heading(document, "Measures at a glance", is_new_page=True)
    table = add_table(document, HEADINGS, style=pack.style, widths_cm=_cm(WIDTHS))
    for one in pack.rows:
        cells = add_row(table)
        for place, text in enumerate(cells_of(one)):
            paragraph = cells[place].paragraphs[0]
            if place == 2:
                add_link(paragraph, text, one.href)
            else:
                word = {7: one.variation_icon, 8: one.assurance_icon}.get(place, "")
                _icon(paragraph, layout, word, text)
                paragraph.add_run(text)
        if revised_said(pack, one):
            add_paragraph(cells[2]).add_run(revised_said(pack, one))


def _cm(parts: tuple[float, ...]) -> list[float]:
    return [round(WIDE_CM * part, 2) for part in parts]


def _exceptions(document: Any, layout: Layout) -> None:
    pack = layout.pack
    add_heading(document, "Exceptions", is_new_page=True)
    if not pack.exceptions:
        document.add_paragraph("Nothing is called out: no measure is getting worse, and none will miss its target as it runs.")
    pages = {page.slug: page for page in pack.pages}
    for place, one in enumerate(pack.exceptions):
        row = pack.row(one.slug)
        add_heading(document, f"{row.title}: {row.value_said}", level=2, is_new_page=place > 0)
        document.add_paragraph(one.why)
        _chart(document, layout, pages[one.slug], height_cm=6.5)
        _sections(document, one.sections)
        _actions(document, layout, one.actions)


def _actions(document: Any, layout: Layout, actions: tuple[ActionLine, ...]) -> None:
    document.add_heading("Actions", level=3)
    if not actions:
        document.add_paragraph("No action is recorded against it.")
        return
    table = add_table(document, ("Action", "Owner", "Due", "State"), style=layout.pack.style, widths_cm=(13.7, 5, 4, 4))
    for one in actions:
        for cell, text in zip(add_row(table), (one.what, one.owner, one.due, one.state), strict=True):
            cell.paragraphs[0].add_run(text)


def _measure_page(document: Any, layout: Layout, page: MeasurePage, *, is_first: bool) -> None:
    pack = layout.pack
    row = pack.row(page.slug)
    add_heading(document, row.title, level=2, is_new_page=not is_first)
    line = document.add_paragraph()
    add_link(line, row.value_said, row.href, is_bold=True)
    parts = (row.parts_said, row.when, row.variation_said, row.assurance_said, f"Owner: {row.owner}" if row.owner else "")
    line.add_run("; ".join(["", *(part for part in parts if part)]) + " ")
    _icon(line, layout, row.variation_icon, row.variation_said)
    _icon(line, layout, row.assurance_icon, row.assurance_said)
    if revised_said(pack, row):
        document.add_paragraph(revised_said(pack, row))
    _chart(document, layout, page, height_cm=7.0)
    _sections(document, page.sections)


def _chart(document: Any, layout: Layout, page: MeasurePage, *, height_cm: float) -> None:
    if page.chart is None:
        return
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    add_picture(paragraph, layout.png(page), height_cm=height_cm, widest_cm=CHART_CM, alt=page.chart.alt, title=page.chart.title)


def _sections(document: Any, sections: tuple[Section, ...]) -> None:
    for one in sections:
        add_heading(document, one.title, level=3)
        for text in one.paragraphs:
            document.add_paragraph(text)


def _definitions(document: Any, layout: Layout) -> None:
    add_heading(document, "Appendix: how each measure is counted", is_new_page=True)
    document.add_paragraph(how_to_open(layout.pack))
    for one in layout.pack.definitions:
        add_heading(document, one.title, level=2)
        for text in (one.definition, one.counted, one.targets, f"Source: {one.source}. Rules: {one.rules}."):
            if text:
                document.add_paragraph(text).paragraph_format.keep_with_next = True
        add_link(document.add_paragraph("The number and what it was made of: "), one.href, one.href)
