"""What every layout of a pack is given besides what the pack says: its version, the drawn charts and icons, and whom to tell."""

from collections.abc import Callable
from dataclasses import dataclass, field

from clockstop.nhsuk.presenters import day
from clockstop.reports.pack import KpiRow, MeasurePage, Pack
from clockstop.reports.pack_template import Template

Progress = Callable[[str, float], None]
HEADINGS = (
    "Measure", "Month", "Value", "Target", "Mean", "Lower limit", "Upper limit", "Variation", "Assurance", "Quality", "Owner",
)  # fmt: skip
# How wide each column of the table of measures is, as parts of the whole; of the matrix the first, and what the others share.
WIDTHS = (0.175, 0.07, 0.09, 0.06, 0.06, 0.065, 0.065, 0.125, 0.13, 0.06, 0.10)
MATRIX_FIRST, MATRIX_HEADING = 0.12, "Variation"
# A row by its variation: its title, and its icons.
ROWS_OF_MATRIX = (
    ("improving", "Getting better", ("improving_high", "improving_low")),
    ("common_cause", "No real change", ("common_cause",)),
    ("concerning", "Getting worse", ("concerning_high", "concerning_low")),
    ("neutral", "Changed, neither better nor worse", ("neutral_high", "neutral_low")),
)
COLUMNS_OF_MATRIX = (
    ("pass", "Will meet the target"),
    ("hit_and_miss", "May meet or miss it by chance"),
    ("fail", "Will miss the target"),
    ("", "No target"),
)
ICONS_OF_ROW = {title: icons for _, title, icons in ROWS_OF_MATRIX}
SYNTHETIC = "Synthetic data: every trust, patient and figure is made up."


@dataclass(frozen=True, kw_only=True)
class Version:
    """Which version of a pack is laid out, and who made it when."""

    number: int
    made_on: str
    made_by: str

    @property
    def said(self) -> str:
        """The version in a line, as the cover prints it."""
        return f"Version {self.number}, made by {self.made_by} on {self.made_on}"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One laying out of a pack."""

    pack: Pack
    version: Version
    template: Template
    progress: Progress
    drawn: dict[str, bytes] = field(default_factory=dict)

    def told(self, place: int) -> None:
        """Tell that the page of the measure at that place is laid out."""
        pages = self.pack.pages
        self.progress(self.pack.row(pages[place].slug).title, (place + 1) / len(pages))

    def cover_lines(self) -> list[str]:
        """What the cover says below the title."""
        pack = self.pack
        lines = [
            f"Data to {pack.as_of.day} {pack.as_of:%B %Y}, snapshot {pack.snapshot_id}",
            self.version.said,
            pack.audience_said,
            pack.style.contact,
        ]
        return [line for line in lines if line]

    def png(self, page: MeasurePage, *, height: int | None = None) -> bytes:
        """A measure's chart as a picture, as high as the pack has it or as asked; drawn once for all layouts of that height."""
        from clockstop.reports.drawn import png_of

        assert page.chart is not None, "a page without a chart has no picture"
        spec = _spec(page) | ({"height": height} if height else {})
        return self._once(f"{page.slug} {spec['height']}.png", lambda: png_of(spec, scale=2))

    def svg(self, page: MeasurePage) -> bytes:
        """A measure's chart as a drawing."""
        from clockstop.reports.drawn import svg_of

        return self._once(f"{page.slug}.svg", lambda: svg_of(_spec(page)).encode())

    def icon_svg(self, word: str) -> str:
        """The icon of a word of variation or assurance; empty where it has none."""
        from clockstop.reports.spc_icons import assurance_icon, variation_icon

        return variation_icon(word, size=24) or assurance_icon(word, size=24)

    def icon_png(self, word: str) -> bytes | None:
        """The same as a picture."""
        import vl_convert

        drawing = self.icon_svg(word)
        return self._once(f"icon {word}", lambda: vl_convert.svg_to_png(drawing, scale=4)) if drawing else None

    def _once(self, name: str, draw: Callable[[], bytes]) -> bytes:
        if name not in self.drawn:
            self.drawn[name] = draw()
        return self.drawn[name]


def _spec(page: MeasurePage) -> dict:
    import json

    assert page.chart is not None
    return json.loads(page.chart.spec)


def cells_of(row: KpiRow) -> list[str]:
    """A measure's line as the table prints it, under HEADINGS."""
    return [
        row.title, row.when, row.value_said, row.target_said or "none", row.mean_said, row.lpl_said, row.upl_said,
        row.variation_said, row.assurance_said, row.quality, row.owner or "not named",
    ]  # fmt: skip


def revised_said(pack: Pack, row: KpiRow) -> str:
    """That a figure is another one than an earlier version printed; empty where it is not."""
    return f"Revised: an earlier version said {pack.revised[row.slug]}." if row.slug in pack.revised else ""


def matrix(pack: Pack) -> list[tuple[str, list[tuple[KpiRow, ...]]]]:
    """The rows of the matrix with the measures of each cell; the row of neither way only where a measure stands in it."""
    found = [(title, [pack.in_cell(key, column) for column, _ in COLUMNS_OF_MATRIX]) for key, title, _ in ROWS_OF_MATRIX]
    return [(title, cells) for title, cells in found if any(cells) or title != ROWS_OF_MATRIX[-1][1]]


def matrix_widths(pack: Pack) -> list[float]:
    """How wide the columns of the matrix are, as parts of the whole: a column of many measures wider, so that each has a line.

    The widest is twice the narrowest, from a dozen measures on.
    """
    longest = [max(len(cells[place]) for _, cells in matrix(pack)) for place in range(len(COLUMNS_OF_MATRIX))]
    weights = [1 + min(1.0, most / 12) for most in longest]
    return [MATRIX_FIRST, *((1 - MATRIX_FIRST) * one / sum(weights) for one in weights)]


def how_to_open(pack: Pack) -> str:
    """How a reader goes from a number of the pack down to the patients behind it."""
    return (
        f"Every figure is a link to its number on {pack.style.site}: what was counted, from which files and, for those cleared "
        f"for the trust's patients, the rows of its numerator and denominator. This pack is of snapshot {pack.snapshot_id}, "
        f"data to {day(pack.as_of)}, counted by the definitions of code {pack.code_version[:12]}. Once newer data are there, "
        f"that page says so: its figure may then be revised, and the pack keeps what stood here."
    )
