"""A pack as a tagged PDF (PDF/UA): written as a web page (templates/pack.jinja) and printed; charts have alternative text.

A trust's pack.css is read after ours.
"""

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from clockstop.errors import UserError
from clockstop.reports.pack import Section
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
from clockstop.reports.pack_template import CSS

_TEMPLATES = Path(__file__).parent / "templates"
VARIANT = "pdf/ua-1"


def body_of(layout: Layout) -> bytes:
    """The document."""
    weasyprint = _library()
    pictures = {}
    for place, page in enumerate(layout.pack.pages):
        if page.chart is not None:
            pictures[page.slug] = _address_of(layout.svg(page))
        layout.progress(layout.pack.row(page.slug).title, 0.5 * (place + 1) / len(layout.pack.pages))
    text = html_of(layout, pictures)
    layout.progress("Printing", 0.5)
    # Pictures stand in the page itself: nothing is fetched from the network or from a file.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    printed = weasyprint.HTML(string=text, url_fetcher=fetcher).write_pdf(pdf_variant=VARIANT, finisher=_name_scopes)
    layout.progress("Printed", 1.0)
    return printed


def require_libraries() -> None:
    """Raise `UserError` where the printing library, or what it needs of the system, is missing."""
    _library()


def html_of(layout: Layout, pictures: dict[str, str]) -> str:
    """The pack as the page that is printed."""
    css = layout.template.file(CSS)
    return _environment().get_template("pack.jinja").render(
        pack=layout.pack,
        version=layout.version,
        layout=layout,
        cover_lines=layout.cover_lines(),
        columns=COLUMNS_OF_MATRIX,
        matrix=matrix(layout.pack),
        headings=HEADINGS,
        widths=[round(100 * part, 1) for part in WIDTHS],
        matrix_heading=MATRIX_HEADING,
        matrix_widths=[round(100 * part, 1) for part in matrix_widths(layout.pack)],
        how_to_open=how_to_open(layout.pack),
        css_text=css_text,
        halves=halves,
        cells_of=cells_of,
        revised_said=revised_said,
        synthetic=SYNTHETIC,
        pictures=pictures,
        icon=lambda word: _address_of(layout.icon_svg(word).encode()) if layout.icon_svg(word) else "",
        icons_of_row=ICONS_OF_ROW,
        pages={page.slug: page for page in layout.pack.pages},
        own_css=_as_style(css.read_text("utf-8")) if css else "",
    )  # fmt: skip


def halves(sections: Sequence[Section]) -> tuple[Sequence[Section], Sequence[Section]]:
    """Sections as they stand beside each other: two columns of about as many words, none of them parted.

    Columns that the printer balances by itself take a third of all its time.
    """
    sizes = [sum(60 + len(text) for text in one.paragraphs) for one in sections]
    place = min(range(1, len(sizes) + 1), key=lambda at: max(sum(sizes[:at]), sum(sizes[at:])), default=0)
    return sections[:place], sections[place:]


def css_text(text: str) -> Any:
    """Words as a string of the style sheet, which knows no escapes of the page: an ampersand stays one.

    >>> str(css_text('Women & "Children"'))
    '"Women & \\\\22 Children\\\\22 "'
    """
    from markupsafe import Markup

    escaped = "".join(f"\\{ord(one):x} " if one in '"\\<\n\r' else one for one in text)
    return Markup(f'"{escaped}"')  # noqa: S704  nothing in it can end the string or the style element


def _name_scopes(_document: Any, pdf: Any) -> None:
    """Say of each header cell whether it heads its column or its row; cells name their headers, which older readers do not know."""
    tags = {one.reference: one for one in pdf.objects if isinstance(one, dict) and "S" in one and "P" in one}
    for one in tags.values():
        if one["S"] == "/TH":
            row = tags[one["P"]]
            one["A"]["Scope"] = "/Column" if tags[row["P"]]["S"] == "/THead" else "/Row"


def _as_style(css: str) -> Any:
    """A trust's own style sheet as it stands, quotes and all, but that nothing in it ends the page's style element.

    >>> str(_as_style('h1 { font-family: "A" } </style>')).count("</"), '"A"' in _as_style('h1 { font-family: "A" } </style>')
    (0, True)
    """
    from markupsafe import Markup

    return Markup(css.replace("</", r"<\/"))  # noqa: S704  the operator's own file, of which nothing but style is read


def _library() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise UserError(
            "A PDF cannot be made on this machine: its printing library does not start.",
            where=str(error).splitlines()[0][:200],
            do="Install the Debian packages libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0, or take another format.",
        ) from None
    return weasyprint


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _address_of(drawing: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"
