"""The ways in which a measure can be cut, each with its title and the words for its values."""

from dataclasses import dataclass, field

from clockstop.contracts.codes import ETHNIC_CATEGORY, PRIORITY_TYPE, SEX

UNKNOWN = "unknown"
# The order of the organisation: a row of `series` without a cut is one combination of these.
UNITS = ("trust", "division", "service", "site")
# A row of `series` with a cut has these and the cut's value; its site is empty.
CUT_UNITS = ("trust", "division", "service")


@dataclass(frozen=True)
class Dimension:
    """A column that slices a measure. `titles` are its codes in words; a code without one is shown as it is.

    `is_stored`: every refresh keeps its monthly series. The others are worked out when asked for.
    `is_personal`: about people, so its small numbers are the most telling.
    `tables`: the facts that have it; empty where it is place or person, which every fact may have.
    """

    name: str
    title: str
    titles: dict[str, str] = field(default_factory=dict)
    is_stored: bool = False
    is_personal: bool = False
    tables: tuple[str, ...] = ()

    def title_of(self, value: str) -> str:
        """The value in words."""
        return self.titles.get(value, "Not known" if value in (UNKNOWN, "") else value)


_ALL = (
    Dimension("trust", "Trust"),
    Dimension("division", "Division", titles={UNKNOWN: "Service not known"}),
    Dimension("service", "Service"),
    Dimension("site", "Site"),
    Dimension("age_band", "Age", is_stored=True, is_personal=True),
    Dimension("sex", "Sex", titles=dict(SEX), is_stored=True, is_personal=True),
    Dimension("ethnic_category", "Ethnic category", titles=dict(ETHNIC_CATEGORY), is_stored=True, is_personal=True),
    Dimension(
        "deprivation_quintile",
        "Deprivation",
        titles={"1": "1, most deprived", "2": "2", "3": "3", "4": "4", "5": "5, least deprived"},
        is_stored=True,
        is_personal=True,
    ),
    Dimension("neighbourhood", "Neighbourhood", is_personal=True),
    Dimension("consultant", "Consultant"),
    Dimension("referring_practice", "Referring practice"),
    Dimension("commissioner", "Commissioner", titles={"NONC": "Not English"}, is_stored=True),
    Dimension("priority", "Priority", titles=dict(PRIORITY_TYPE), is_stored=True),
    Dimension("is_admitted_pathway", "Admitted pathway", titles={"true": "Admitted", "false": "Not admitted"}, is_stored=True),
)

DIMENSIONS = {dimension.name: dimension for dimension in _ALL}
STORED_CUTS = tuple(dimension.name for dimension in _ALL if dimension.is_stored)


def dimensions_of(table: str) -> tuple[Dimension, ...]:
    """What can cut a measure of that table: place and person, then the table's own."""
    return tuple(dimension for dimension in _ALL if not dimension.tables or table in dimension.tables)
