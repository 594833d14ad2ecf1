"""A pack as slides: a title on each, charts with alternative text, tables with a header row, in British English.

A trust's pack.pptx is the presentation that it starts from: its master and layouts are kept, its slides are replaced. The layout
"Title Slide" makes the cover, "Title Only" every other slide.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clockstop.errors import UserError
from clockstop.reports.pack import ExceptionPage, KpiRow, MeasurePage, Section, Style
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
from clockstop.reports.pack_pptx_parts import (
    Box,
    add_icon,
    add_lines,
    add_notes,
    add_table,
    cut_to_fit,
    drop_slides,
    layout_named,
    lines_of,
    set_title,
    starter_presentation,
)
from clockstop.reports.pack_template import PPTX

COVER, PLAIN = "Title Slide", "Title Only"
# How many rows of the table of measures, and definitions, a slide holds.
ROWS_A_SLIDE, DEFINITIONS_A_SLIDE = 11, 3
# The matrix: the size of its letters, how high a line is, how many lines a slide holds, and the room that a row has for its icons.
MATRIX_SIZE, MATRIX_LINE, MATRIX_LINES, MATRIX_ROW, ICON = 9, 0.16, 33, 0.35, 0.26

# A chart fills its side of the slide down to the foot: higher, for its width, than on a page, which has its words below it.
CHART_HEIGHT = 660


def body_of(layout: Layout) -> bytes:
    """The presentation."""
    presentation = _opened(layout)
    pack = layout.pack
    core = presentation.core_properties
    core.title, core.subject, core.language, core.author = pack.title, pack.audience_said, pack.style.language, "Clockstop"
    slides = _Slides(presentation, layout)
    slides.cover()
    slides.summary()
    slides.matrix()
    slides.measures()
    for one in pack.exceptions:
        slides.exception(one)
    for place, page in enumerate(pack.pages):
        slides.measure(page)
        layout.told(place)
    slides.definitions()
    slides.end()
    held = io.BytesIO()
    presentation.save(held)
    return held.getvalue()


def starter(style: Style) -> bytes:
    """An empty presentation in Clockstop's own style: what a trust changes into its pack.pptx."""
    held = io.BytesIO()
    starter_presentation(style).save(held)
    return held.getvalue()


def _opened(layout: Layout) -> Any:
    import pptx

    file = layout.template.file(PPTX)
    if file is None:
        return starter_presentation(layout.pack.style)
    presentation = pptx.Presentation(str(file))
    names = {one.name for one in presentation.slide_layouts}
    missing = [name for name in (COVER, PLAIN) if name not in names]
    if missing:
        raise UserError(
            "The template lacks a layout that packs need.",
            where=f"{file}: {', '.join(missing)}.",
            do="Start from the one that `clockstop pack-template --out DIR` writes.",
        )
    drop_slides(presentation)
    return presentation


class _Slides:
    """The slides of one pack."""

    def __init__(self, presentation: Any, layout: Layout) -> None:
        self._presentation, self._layout, self._pack = presentation, layout, layout.pack
        self._pages = {page.slug: page for page in layout.pack.pages}
        self._width, self._height = presentation.slide_width.inches, presentation.slide_height.inches
        self._feet: list[Any] = []

    def cover(self) -> None:
        slide = self._presentation.slides.add_slide(layout_named(self._presentation, COVER))
        pack = self._pack
        set_title(slide, pack.style.title)
        below = slide.placeholders[1].text_frame
        below.text = f"{pack.place}, {pack.month_said}"
        for line in (pack.style.subtitle, *([SYNTHETIC] if pack.is_made_up else []), *self._layout.cover_lines()):
            if line:
                below.add_paragraph().text = line
        self._speak(slide.shapes)

    def summary(self) -> None:
        """The executive summary: domains side by side, on as many slides as they need."""
        pack = self._pack
        slide = self._slide("Executive summary")
        add_lines(slide, self._box(0.5, 1.15, self._width - 1, 0.9), [(pack.headline, "", False)], style=pack.style, size=14)
        lines: list[tuple[str, str, bool]] = []
        for domain in pack.summary:
            lines.append((f"{domain.title}: {domain.measures or 'no'} measure{'' if domain.measures == 1 else 's'}", "", True))
            for title, found in (("Improving", domain.improving), ("Concerning", domain.concerning), ("Stuck", domain.stuck)):
                lines += [(f"{title}: {line}", pack.row(slug).href, False) for slug, line in found]
        top, places = 2.1, 2
        while lines:
            half = [lines[at : at + 15] for at in range(0, places * 15, 15)]
            for place, some in enumerate(half):
                if some:
                    box = self._box(0.5 + place * (self._width - 1) / 2, top, (self._width - 1.4) / 2, self._height - top - 0.5)
                    add_lines(slide, box, some, style=pack.style, size=11)
            lines = lines[places * 15 :]
            if lines:
                slide, top = self._slide("Executive summary, continued"), 1.2

    def matrix(self) -> None:
        """The matrix with its icons, on as many slides as its measures need."""
        widths = self._inches(matrix_widths(self._pack))
        rows = []
        for title, cells in matrix(self._pack):
            said = [[(f"{one.title} {one.value_said}", one.href) for one in some] for some in cells]
            rows += [(title, part) for part in _parts(said, widths[1:])]
        slides: list[list[_MatrixRow]] = [[]]
        for title, part in rows:
            if slides[-1] and part.lines + sum(one.lines for _, one in slides[-1]) > MATRIX_LINES:
                slides.append([])
            slides[-1].append((title, part))
        for place, some in enumerate(slides):
            self._matrix_slide("Matrix of variation and assurance" + (", continued" if place else ""), some, widths)

    def _matrix_slide(self, title: str, rows: "Sequence[_MatrixRow]", widths: Sequence[float]) -> None:
        pack, top = self._pack, 1.1
        slide = self._slide(title)
        headings = [MATRIX_HEADING, *(title for _, title in COLUMNS_OF_MATRIX)]
        heights = [MATRIX_ROW, *(max(MATRIX_ROW, part.lines * MATRIX_LINE + 0.08) for _, part in rows)]
        cells = [[[(said, "")], *part.cells] for said, part in rows]
        add_table(
            slide, self._box(0.4, top, self._width - 0.8, sum(heights)), headings, cells, style=pack.style, size=MATRIX_SIZE,
            widths=widths, heights=heights, indent=2 * ICON + 0.1,
        )  # fmt: skip
        for place, (word, said) in enumerate(COLUMNS_OF_MATRIX, start=1):
            self._icon(slide, word, said, left=0.4 + sum(widths[: place + 1]) - ICON - 0.05, top=top + 0.04)
        for place, (said, _) in enumerate(rows, start=1):
            for at, word in enumerate(ICONS_OF_ROW[said]):
                self._icon(slide, word, said, left=0.44 + at * (ICON + 0.02), top=top + sum(heights[:place]) + 0.04)

    def _icon(self, slide: Any, word: str, said: str, *, left: float, top: float) -> None:
        picture = self._layout.icon_png(word)
        if picture is not None:
            add_icon(slide, picture, said, left=left, top=top, height=ICON)

    def measures(self) -> None:
        """One row a measure, a few to a slide."""
        rows = self._pack.rows
        for start in range(0, len(rows), ROWS_A_SLIDE):
            some = rows[start : start + ROWS_A_SLIDE]
            number = start // ROWS_A_SLIDE + 1
            of = -(-len(rows) // ROWS_A_SLIDE)
            slide = self._slide(f"Measures at a glance, {number} of {of}")
            add_table(
                slide, self._box(0.4, 1.1, self._width - 0.8, 0.3), HEADINGS, [self._cells(row) for row in some],
                style=self._pack.style, size=9, widths=self._inches(WIDTHS),
            )  # fmt: skip

    def exception(self, one: ExceptionPage) -> None:
        row = self._pack.row(one.slug)
        slide = self._slide(f"Exception: {row.title}, {row.value_said}")
        self._chart(slide, self._pages[one.slug])
        lines = [(one.why, "", True), *_lines(one.sections)]
        for action in one.actions:
            lines.append((f"{action.what} ({action.owner}, due {action.due}, {action.state})", "", False))
        if not one.actions:
            lines.append(("No action is recorded against it.", "", False))
        self._icons(slide, row)
        self._side(slide, row, lines)

    def measure(self, page: MeasurePage) -> None:
        row = self._pack.row(page.slug)
        slide = self._slide(row.title)
        self._chart(slide, page)
        self._icons(slide, row)
        revised = revised_said(self._pack, row)
        self._side(slide, row, [*([(revised, "", False)] if revised else []), *_lines(page.sections)])

    def definitions(self) -> None:
        found = self._pack.definitions
        for start in range(0, len(found), DEFINITIONS_A_SLIDE):
            of = -(-len(found) // DEFINITIONS_A_SLIDE)
            slide = self._slide(f"How measures are counted, {start // DEFINITIONS_A_SLIDE + 1} of {of}")
            lines: list[tuple[str, str, bool]] = []
            for one in found[start : start + DEFINITIONS_A_SLIDE]:
                lines += [(one.title, one.href, True), (one.definition, "", False), (f"{one.counted} {one.targets}", "", False)]
                lines.append((f"Source: {one.source}. Rules: {one.rules}.", "", False))
            box = self._box(0.5, 1.15, self._width - 1, self._height - 1.7)
            add_lines(slide, box, cut_to_fit(lines, box, 11), style=self._pack.style, size=11)
            add_notes(slide, [how_to_open(self._pack), *(text for text, _, _ in lines)])

    def end(self) -> None:
        """Let the foot of each slide be read after all else of it."""
        for foot in self._feet:
            foot._element.getparent().append(foot._element)

    def _slide(self, title: str) -> Any:
        slide = self._presentation.slides.add_slide(layout_named(self._presentation, PLAIN))
        set_title(slide, title)
        pack = self._pack
        foot = " · ".join(
            part
            for part in (
                f"{pack.place}, {pack.month_said}", f"version {self._layout.version.number}", pack.audience_said, pack.style.footer,
                SYNTHETIC if pack.is_made_up else "", f"{len(self._presentation.slides)}",
            )
            if part
        )  # fmt: skip
        box = self._box(0.5, self._height - 0.42, self._width - 1, 0.3)
        self._feet.append(add_lines(slide, box, [(foot, "", False)], style=pack.style, size=8))
        return slide

    def _cells(self, row: KpiRow) -> list[list[tuple[str, str]]]:
        cells = [[(text, "")] for text in cells_of(row)]
        cells[2] = [(row.value_said, row.href)]
        if revised_said(self._pack, row):
            cells[2].append((revised_said(self._pack, row), ""))
        return cells

    def _chart(self, slide: Any, page: MeasurePage) -> None:
        if page.chart is None:
            return
        from pptx.util import Inches

        width = self._width * 0.62
        drawn = io.BytesIO(self._layout.png(page, height=CHART_HEIGHT))
        picture = slide.shapes.add_picture(drawn, Inches(0.4), Inches(1.2), width=Inches(width))
        most = Inches(self._height - 1.9)
        if picture.height > most:
            picture.width, picture.height = int(picture.width * most / picture.height), most
        properties = picture._element.nvPicPr.cNvPr
        properties.set("descr", page.chart.alt)
        properties.set("title", page.chart.title)

    def _icons(self, slide: Any, row: KpiRow) -> None:
        """The icons of a measure, at the right of its title."""
        words = [(row.variation_icon, row.variation_said), (row.assurance_icon, row.assurance_said)]
        for place, (word, said) in enumerate(words):
            picture = self._layout.icon_png(word)
            if picture is not None:
                add_icon(slide, picture, said, left=self._width - 1.5 + 0.55 * place, top=0.4, height=0.45)

    def _side(self, slide: Any, row: KpiRow, lines: Sequence[tuple[str, str, bool]]) -> None:
        left = self._width * 0.62 + 0.6
        box = self._box(left, 1.15, self._width - left - 0.4, self._height - 1.7)
        said = "; ".join(part for part in (row.parts_said, row.variation_said, row.assurance_said) if part)
        owner = [(f"Owner: {row.owner}", "", False)] if row.owner else []
        every = [(row.value_said, row.href, True), (f"{row.when}: {said}", "", False), *owner, *lines]
        add_lines(slide, box, cut_to_fit(every, box, 11), style=self._pack.style, size=11)
        add_notes(slide, [*(text for text, _, _ in every), f"The number and what it was made of: {row.href}"])

    def _inches(self, parts: Sequence[float]) -> list[float]:
        """The widths of a table's columns."""
        return [(self._width - 0.8) * part for part in parts]

    def _box(self, left: float, top: float, width: float, height: float) -> Box:
        return Box(left=left, top=top, width=width, height=height)

    def _speak(self, shapes: Any) -> None:
        """The language of every run of a placeholder."""
        for shape in shapes:
            if shape.has_text_frame:
                for paragraph in shape.text_frame.paragraphs:
                    for run in paragraph.runs:
                        run.font.language_id = 2057  # English of the United Kingdom


@dataclass(frozen=True)
class _MatrixPart:
    """A row of the matrix, or as much of it as a slide holds: its cells' lines, and how many lines the highest has."""

    cells: Sequence[Sequence[tuple[str, str]]]
    lines: int


_MatrixRow = tuple[str, _MatrixPart]


def _parts(cells: Sequence[Sequence[tuple[str, str]]], widths: Sequence[float]) -> list[_MatrixPart]:
    """A row of the matrix, cut where it is higher than a slide."""
    found = []
    left = [list(cell) for cell in cells]
    while any(left) or not found:
        taken = []
        for place, cell in enumerate(left):
            room, count = MATRIX_LINES, 0
            while count < len(cell) and (room := room - lines_of(cell[count][0], widths[place], MATRIX_SIZE)) >= 0:
                count += 1
            taken.append(cell[:count])
            left[place] = cell[count:]
        most = max(sum(lines_of(text, width, MATRIX_SIZE) for text, _ in cell) for cell, width in zip(taken, widths, strict=True))
        found.append(_MatrixPart(cells=taken, lines=max(1, most)))
    return found


def _lines(sections: tuple[Section, ...]) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    for one in sections:
        found.append((one.title, "", True))
        found += [(text, "", False) for text in one.paragraphs]
    return found
