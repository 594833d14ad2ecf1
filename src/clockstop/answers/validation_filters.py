"""Which clocks the validation desk offers: the filters of its address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from clockstop.rules.rtt_flags import BY_SLUG, FLAGS

# Whose it is to mend a flag (rules.rtt_flags): a team can work through its own.
MENDERS = tuple(dict.fromkeys(flag.owner for flag in FLAGS))

DUE_IN_12_WEEKS = "12_weeks"


@dataclass(frozen=True, kw_only=True)
class DeskFilters:
    """The clocks of one trust; empty means all. `mends`: flags that this team usually mends. `team`: for whom one validates.

    `due` is `12_weeks` for those that the 12-week rule asks for (RTT-R50): waited more than 84 days, nothing of late, nothing soon,
    and not validated in the last 12 weeks.
    """

    trust: str = ""
    service: str = ""
    flag: str = ""
    consultant: str = ""
    mends: str = ""
    team: str = ""
    due: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "DeskFilters":
        """The filters of an address. A flag or a team that is not there asks for nothing, and is left out."""
        named = {field.name: query.get(field.name, "").strip()[:60] for field in fields(cls)}
        named["flag"] = named["flag"] if named["flag"] in BY_SLUG else ""
        named["mends"] = named["mends"] if named["mends"] in MENDERS else ""
        named["due"] = named["due"] if named["due"] == DUE_IN_12_WEEKS else ""
        return cls(**named)

    def but(self, **changes: str) -> "DeskFilters":
        """The same filters with some changed."""
        return replace(self, **changes)

    @property
    def query(self) -> dict[str, str]:
        """Those that say something, as they stand in an address."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def slugs(self) -> frozenset[str]:
        """The flags that are asked for; empty means any row, flagged or not."""
        if self.flag:
            return frozenset({self.flag})
        return frozenset(flag.slug for flag in FLAGS if flag.owner == self.mends) if self.mends else frozenset()
