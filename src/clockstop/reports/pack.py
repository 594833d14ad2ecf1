"""A performance pack as one frozen tree: what it says is gathered once (reports/pack_gather.py) and only laid out afterwards.

Everything that a layout prints stands here, in words and as numbers, so that a version that was frozen can be laid out again, in
another format too, and says the same. No row of a patient is in it.
"""

from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

Audience = Literal["trust", "outside"]
Attention = Literal["first", "redesign", "concern", "watch", ""]
# What the icons say, in the order of the matrix: rows, then columns.
VARIATIONS = ("improving", "common_cause", "concerning", "neutral", "")
ASSURANCES = ("pass", "hit_and_miss", "fail", "")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a trust wants its packs: words, colours, fonts, and the address of its site; from template.toml (docs/packs.md)."""

    title: str = "Integrated performance report"
    subtitle: str = ""
    footer: str = ""
    contact: str = ""
    font: str = "Arial"
    language: str = "en-GB"
    site: str = "http://127.0.0.1:8000"
    main: str = "#005EB8"
    text: str = "#212B32"
    muted: str = "#4C6272"
    line: str = "#D8DDE0"
    shade: str = "#F0F4F5"
    improving: str = "#0B6FA8"
    concerning: str = "#B4500B"
    domains: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PackPoint:
    """A month of a measure with what the chart says of it; None where nothing was counted, or the number is withheld."""

    period_end: date
    numerator: float | None
    denominator: float | None
    value: float | None
    is_hidden: bool = False
    mean: float | None = None
    lpl: float | None = None
    upl: float | None = None
    point_type: str = ""


@dataclass(frozen=True, kw_only=True)
class KpiRow:
    """One measure on one line. Numbers are as counted; `_said` is how they are printed."""

    slug: str
    title: str
    family: str
    domain: str
    kind: str
    unit: str
    improvement: str
    is_now: bool
    when: str
    period_end: date | None
    numerator: float | None
    denominator: float | None
    value: float | None
    value_said: str
    parts_said: str
    is_hidden: bool
    target: float | None
    target_said: str
    target_title: str
    mean: float | None
    lpl: float | None
    upl: float | None
    mean_said: str
    lpl_said: str
    upl_said: str
    variation: str
    variation_icon: str
    variation_said: str
    assurance: str
    assurance_icon: str
    assurance_said: str
    quality: str
    quality_said: str
    owner: str
    href: str

    @property
    def attention(self) -> Attention:
        """What the place in the matrix asks for (operations.md 8.3): look first, redesign, concern or watch; else nothing."""
        if self.assurance == "fail":
            return {"concerning": "first", "improving": "watch"}.get(self.variation, "redesign")  # type: ignore[return-value]
        return "concern" if self.variation == "concerning" else ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with its paragraphs, on the page of a measure or of an exception."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """An action against a measure: what, who, by when, and where it stands."""

    what: str
    owner: str
    due: str
    state: str


@dataclass(frozen=True, kw_only=True)
class PackChart:
    """A chart as the Vega-Lite specification that every layout draws, with its title and what it shows in words."""

    spec: str
    title: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class MeasurePage:
    """The page of a measure: its chart, what is to be said of it, and its months."""

    slug: str
    chart: PackChart | None
    sections: tuple[Section, ...]
    points: tuple[PackPoint, ...]


@dataclass(frozen=True, kw_only=True)
class ExceptionPage:
    """A measure that the rules call out: why, what was written of it, and what is done."""

    slug: str
    why: str
    sections: tuple[Section, ...]
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True, kw_only=True)
class DomainSummary:
    """A domain of the executive summary: the measures that improve, that concern, that are stuck, as sentences by slug."""

    title: str
    measures: int
    improving: tuple[tuple[str, str], ...]
    concerning: tuple[tuple[str, str], ...]
    stuck: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """How a measure is counted, for the appendix, with the address of its number of this month."""

    slug: str
    title: str
    definition: str
    counted: str
    source: str
    rules: str
    targets: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Pack:
    """The whole pack of an organisation and month."""

    org: str
    org_name: str
    division: str
    month: date
    month_said: str
    audience: Audience
    snapshot_id: str
    as_of: date
    built_at: str
    code_version: str
    is_made_up: bool
    convention: str
    headline: str
    notes: tuple[str, ...]
    summary: tuple[DomainSummary, ...]
    rows: tuple[KpiRow, ...]
    pages: tuple[MeasurePage, ...]
    exceptions: tuple[ExceptionPage, ...]
    definitions: tuple[Definition, ...]
    style: Style
    # By slug, what an earlier version of the month said where this one says otherwise; filled when a version is kept.
    revised: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Whose pack it is, in words."""
        return f"{self.division}, {self.org_name}" if self.division else self.org_name

    @property
    def title(self) -> str:
        """The pack in one line."""
        return f"{self.style.title}: {self.place}, {self.month_said}"

    @property
    def audience_said(self) -> str:
        """Who may have it, as the cover and every footer say."""
        if self.audience == "trust":
            return "For use inside the trust: small numbers are shown"
        return "Numbers of fewer than 5 people are withheld"

    def linked(self) -> "Pack":
        """The pack with its snapshot in every address: once the data have moved on, the site says so beside its own figure."""
        rows = tuple(replace(one, href=f"{one.href}&snapshot={self.snapshot_id}") for one in self.rows)
        definitions = tuple(replace(one, href=f"{one.href}&snapshot={self.snapshot_id}") for one in self.definitions)
        return replace(self, rows=rows, definitions=definitions)

    def row(self, slug: str) -> KpiRow:
        """The row of a measure of this pack."""
        return next(row for row in self.rows if row.slug == slug)

    def in_cell(self, variation: str, assurance: str) -> tuple[KpiRow, ...]:
        """The measures of one cell of the matrix, those of figures by month only."""
        return tuple(row for row in self.rows if (row.variation, row.assurance) == (variation, assurance))


def read(kind: Any, value: Any) -> Any:
    """What JSON kept of a value, as its declared kind again: dataclasses, tuples, dates and dictionaries.

    >>> read(tuple[date, ...], ["2026-10-31"])
    (datetime.date(2026, 10, 31),)
    """
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: read(hints[one.name], value[one.name]) for one in fields(kind) if one.name in value})
    if get_origin(kind) is UnionType:
        kinds = [one for one in get_args(kind) if one is not NoneType]
        return None if value is None else read(kinds[0], value)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(read(inner[0], one) for one in value)
        return tuple(read(one, each) for one, each in zip(inner, value, strict=True))
    if kind is date:
        return date.fromisoformat(value)
    return dict(value) if get_origin(kind) is dict else value
