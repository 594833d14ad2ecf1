"""Parts of a slide that python-pptx does not make itself: boxes of lines that fit, tables with links, an empty presentation."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clockstop.reports.pack import Style

# A line of text as it goes on a slide: the words, its link, and whether it stands out.
Line = tuple[str, str, bool]
UK_ENGLISH = 2057
# How wide a letter is, and how high a line, of the size of its letters; what is cut says so.
_LETTER, _LEADING, _POINTS_AN_INCH = 0.5, 1.28, 72
MORE = "The rest stands in the notes of this slide."


@dataclass(frozen=True, kw_only=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


def starter_presentation(style: Style) -> Any:
    """Wide slides whose titles and fonts are the style's; the layouts of the usual template, made as wide."""
    import pptx
    from pptx.util import Inches, Pt

    presentation = pptx.Presentation()
    stretch = Inches(13.333) / presentation.slide_width
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    for page in (presentation.slide_master, *presentation.slide_layouts):
        for shape in page.placeholders:
            left, top, width, height = shape.left, shape.top, shape.width, shape.height
            shape.left, shape.top, shape.width, shape.height = int(left * stretch), top, int(width * stretch), height
    _set_theme_font(presentation, style)
    for name, top, height, size in (("Title Only", 0.25, 0.8, 24), ("Title Slide", 1.2, 1.3, 36)):
        page = layout_named(presentation, name)
        title = next(one for one in page.placeholders if one.placeholder_format.idx == 0)
        title.left, title.top, title.width, title.height = Inches(0.5), Inches(top), Inches(12.333), Inches(height)
        _set_title_style(title, style, Pt(size))
    below = next(one for one in layout_named(presentation, "Title Slide").placeholders if one.placeholder_format.idx == 1)
    below.left, below.top, below.width, below.height = Inches(0.5), Inches(2.7), Inches(12.333), Inches(3.5)
    _set_title_style(below, style, Pt(18), colour=style.text)
    return presentation


def layout_named(presentation: Any, name: str) -> Any:
    """The layout of that name, which was looked for before."""
    return next(one for one in presentation.slide_layouts if one.name == name)


def drop_slides(presentation: Any) -> None:
    """Take away the slides of a template."""
    held = presentation.slides._sldIdLst
    for one in list(held):
        presentation.part.drop_rel(one.rId)
        held.remove(one)


def set_title(slide: Any, text: str) -> None:
    """The title of a slide."""
    slide.shapes.title.text_frame.text = text
    for run in slide.shapes.title.text_frame.paragraphs[0].runs:
        run.font.language_id = UK_ENGLISH


def add_lines(slide: Any, box: Box, lines: Sequence[Line], *, style: Style, size: float) -> Any:
    """A new box of lines, each a paragraph, linked where it has an address."""
    from pptx.dml.color import RGBColor
    from pptx.util import Inches, Pt

    shape = slide.shapes.add_textbox(Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height))
    frame = shape.text_frame
    frame.word_wrap = True
    for place, (text, address, is_strong) in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        font = run.font
        font.size, font.bold, font.name, font.language_id = Pt(size), is_strong, style.font, UK_ENGLISH
        if address:
            run.hyperlink.address = address
        else:
            font.color.rgb = RGBColor.from_string((style.main if is_strong else style.text).removeprefix("#"))
    return shape


def add_table(
    slide: Any, box: Box, headings: Sequence[str], rows: Sequence[Sequence[Sequence[tuple[str, str]]]], *, style: Style,
    size: float, widths: Sequence[float], heights: Sequence[float] = (), indent: float = 0.05,
) -> None:  # fmt: skip
    """A table with a header row; a cell holds lines, each linked where it has an address.

    `heights` are of its rows, the header's first; `indent` leaves room for icons in the first column below the header.
    """
    from pptx.util import Inches

    shape = slide.shapes.add_table(
        len(rows) + 1, len(headings), Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height)
    )
    shape._element.nvGraphicFramePr.cNvPr.set("descr", slide.shapes.title.text_frame.text)
    table = shape.table
    table.first_row = True
    for place, width in enumerate(widths):
        table.columns[place].width = Inches(width)
    for place, height in enumerate(heights):
        table.rows[place].height = Inches(height)
    for place, text in enumerate(headings):
        _fill(table.cell(0, place), [(text, "")], style=style, size=size, is_header=True)
    for at, row in enumerate(rows, start=1):
        for place, lines in enumerate(row):
            _fill(table.cell(at, place), lines, style=style, size=size, is_header=False, indent=indent if place == 0 else 0.05)


def add_icon(slide: Any, picture: bytes, said: str, *, left: float, top: float, height: float) -> None:
    """A picture of so many inches' height, with what it says in words."""
    from pptx.util import Inches

    drawn = slide.shapes.add_picture(io.BytesIO(picture), Inches(left), Inches(top), height=Inches(height))
    drawn._element.nvPicPr.cNvPr.set("descr", said)


def add_notes(slide: Any, lines: Sequence[str]) -> None:
    """What the slide says, whole, for who speaks to it: nothing of it is cut there."""
    slide.notes_slide.notes_text_frame.text = "\n".join(line for line in lines if line)


def lines_of(text: str, width: float, size: float) -> int:
    """How many lines a text takes in so many inches.

    >>> lines_of("Waiting list 2,413", 2.0, 9), lines_of("Waiting list 2,413", 0.5, 9)
    (1, 3)
    """
    return max(1, -(-len(text) // letters_of(width, size)))


def letters_of(width: float, size: float) -> int:
    """How many letters of that size a line of so many inches holds."""
    return max(1, int(width * _POINTS_AN_INCH / (size * _LETTER)))


def cut_to_fit(lines: Sequence[Line], box: Box, size: float) -> list[Line]:
    """As much as the box holds at that size; where some is left, a line at the end says where the rest stands.

    The longest line is cut where that is enough, so that one long narrative drives out no action; else the last lines go.

    >>> box = Box(left=0, top=0, width=4, height=0.6)
    >>> cut_to_fit([("a", "", False), ("b", "", False), ("c", "", False), ("d", "", False)], box, 11)[-1][0] == MORE
    True
    >>> box = Box(left=0, top=0, width=4, height=1)
    >>> [text for text, _, _ in cut_to_fit([("word " * 60, "", False), ("d", "", False)], box, 11)][1:]
    ['d', 'The rest stands in the notes of this slide.']
    """
    room = int(box.height * _POINTS_AN_INCH / (size * _LEADING))
    needed = [lines_of(text, box.width, size) for text, _, _ in lines]
    if sum(needed) <= room:
        return list(lines)
    shorter, used = [], 2
    for text, address, is_strong in _with_longest_cut(lines, needed, letters_of(box.width, size), over=sum(needed) + 1 - room):
        used += lines_of(text, box.width, size)
        if used > room + 1:
            break
        shorter.append((text, address, is_strong))
    return [*shorter, (MORE, "", False)]


def _with_longest_cut(lines: Sequence[Line], needed: Sequence[int], letters: int, *, over: int) -> list[Line]:
    """The lines, of which the longest gives up those that are too many, but for three."""
    longest = max(range(len(lines)), key=lambda place: needed[place])
    left = max(3, needed[longest] - over)
    if needed[longest] <= left:
        return list(lines)
    text, address, is_strong = lines[longest]
    cut = f"{text[: (left - 1) * letters].rpartition(' ')[0]} …"
    return [*lines[:longest], (cut, address, is_strong), *lines[longest + 1 :]]


def _fill(cell: Any, lines: Sequence[tuple[str, str]], *, style: Style, size: float, is_header: bool, indent: float = 0.05) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Inches, Pt

    cell.margin_left, cell.margin_right = Inches(indent), Inches(0.05)
    cell.margin_top = cell.margin_bottom = Inches(0.025)
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string((style.main if is_header else "#FFFFFF").removeprefix("#"))
    frame = cell.text_frame
    for place, (text, address) in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold, run.font.name, run.font.language_id = Pt(size), is_header, style.font, UK_ENGLISH
        if address:
            run.hyperlink.address = address
        else:
            run.font.color.rgb = RGBColor.from_string("FFFFFF" if is_header else style.text.removeprefix("#"))


def _set_theme_font(presentation: Any, style: Style) -> None:
    """The style's font for headings and bodies; it lies in the master's theme, which python-pptx leaves closed."""
    from lxml import etree

    theme = next(one.target_part for one in presentation.slide_master.part.rels.values() if one.reltype.endswith("/theme"))
    tree = etree.fromstring(theme.blob)
    space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for one in tree.iter(f"{space}majorFont", f"{space}minorFont"):
        one.find(f"{space}latin").set("typeface", style.font)
    theme._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_title_style(shape: Any, style: Style, size: Any, colour: str = "") -> None:
    """Size, colour and side of a layout's placeholder, which slides take over."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

    frame = shape.text_frame
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if not colour else MSO_ANCHOR.TOP
    frame.word_wrap = True
    for level in frame._txBody.findall(".//{http://schemas.openxmlformats.org/drawingml/2006/main}lstStyle"):
        frame._txBody.remove(level)
    _add_list_style(frame, RGBColor.from_string((colour or style.main).removeprefix("#")), size, PP_ALIGN.LEFT)


def _add_list_style(frame: Any, colour: Any, size: Any, _side: Any) -> None:
    from lxml import etree

    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    said = (
        f'<a:lstStyle xmlns:a="{space}"><a:lvl1pPr algn="l" marL="0" indent="0"><a:buNone/>'
        f'<a:defRPr sz="{int(size.pt * 100)}" b="{0 if size.pt < 20 else 1}" lang="en-GB">'
        f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
    )
    frame._txBody.insert(1, etree.fromstring(said))
