"""Parts of a Word document that python-docx does not make itself: links, fields, header rows, language."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from clockstop.reports.pack import Style

# The style of what stands in tables, where the template has it.
TABLE_TEXT = "Table Text"


def hex_of(colour: str) -> str:
    """A colour as Word writes it.

    >>> hex_of("#005EB8")
    '005EB8'
    """
    return colour.removeprefix("#").upper()


def set_properties(document: Any, *, title: str, subject: str, language: str) -> None:
    """Title, subject and language of the document: in its properties and in its defaults."""
    from docx.oxml.ns import qn

    core = document.core_properties
    core.title, core.subject, core.language, core.author, core.comments = title, subject, language, "Clockstop", ""
    core.created = core.modified = datetime.now(UTC)
    for one in document.styles.element.iter(qn("w:lang")):
        for name in ("w:val", "w:eastAsia"):
            one.set(qn(name), language)


def set_language(style: Any, chosen: Style) -> None:
    """A style's language and its font, for every script."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{name}"), None)
        for name in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{name}"), chosen.font)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), chosen.language)


def add_link(paragraph: Any, text: str, address: str, *, is_bold: bool = False) -> None:
    """A link in a paragraph."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run, properties = OxmlElement("w:r"), OxmlElement("w:rPr")
    if is_bold:
        properties.append(OxmlElement("w:b"))
    for name, value in (("w:color", "005EB8"), ("w:u", "single")):
        one = OxmlElement(name)
        one.set(qn("w:val"), value)
        properties.append(one)
    said = OxmlElement("w:t")
    said.text = text
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(properties)
    run.append(said)
    link.append(run)
    paragraph._p.append(link)


def add_heading(document: Any, text: str, *, level: int = 1, is_new_page: bool = False) -> None:
    """A heading that stays with what follows; at the top of a page without an empty line over it."""
    from docx.shared import Pt

    shape = document.add_heading(text, level=level).paragraph_format
    shape.keep_with_next = True
    if is_new_page:
        shape.page_break_before, shape.space_before = True, Pt(0)


def add_picture(paragraph: Any, picture: bytes, *, height_cm: float, widest_cm: float = 0, alt: str, title: str = "") -> None:
    """A picture in a line, with what it shows in words, and no room around it, which programs add where none is said."""
    from docx.shared import Cm

    drawn = paragraph.add_run().add_picture(io.BytesIO(picture), height=Cm(height_cm))
    if widest_cm and drawn.width > Cm(widest_cm):
        drawn.height, drawn.width = int(drawn.height * Cm(widest_cm) / drawn.width), Cm(widest_cm)
    for side in ("distT", "distB", "distL", "distR"):
        drawn._inline.set(side, "0")
    drawn._inline.docPr.set("descr", alt)
    if title:
        drawn._inline.docPr.set("title", title)


def add_field(paragraph: Any, code: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, said = OxmlElement("w:r"), OxmlElement("w:t")
    said.text = "1"
    run.append(said)
    field.append(run)
    paragraph._p.append(field)


def add_table(document: Any, headings: Sequence[str], *, style: Style, widths_cm: Sequence[float] = ()) -> Any:
    """A table with its header row, which is repeated on every page; a row never breaks over two."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    table.autofit = not widths_cm
    _pad(table)
    for place, width in enumerate(widths_cm):
        table.columns[place].width = Cm(width)
        table.rows[0].cells[place].width = Cm(width)
    header = table.rows[0]
    header._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    header._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, text in zip(header.cells, headings, strict=True):
        _as_table_text(cell.paragraphs[0])
        run = cell.paragraphs[0].add_run(text)
        run.bold = True
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", hex_of(style.shade))):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    return table


def _pad(table: Any) -> None:
    """A little room above and below the words of each cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), "28")
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins) if look is not None else table._tbl.tblPr.append(margins)


def add_row(table: Any, *, may_break: bool = False) -> tuple[Any, ...]:
    """The cells of a further row, which stays whole unless it may be higher than a page."""
    from docx.oxml import OxmlElement

    row = table.add_row()
    if not may_break:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = row.cells
    for cell in cells:
        _as_table_text(cell.paragraphs[0])
    return cells


def add_paragraph(cell: Any) -> Any:
    """A further paragraph of a cell."""
    paragraph = cell.add_paragraph()
    _as_table_text(paragraph)
    return paragraph


def _as_table_text(paragraph: Any) -> None:
    styles = paragraph.part.document.styles
    if TABLE_TEXT in styles:
        paragraph.style = styles[TABLE_TEXT]
