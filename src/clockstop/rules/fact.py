"""What a fact table is: rows worked out from datasets by an expression, or clock periods folded from events.

A refresh builds every fact of every trust from what it has loaded, adds place and person, and keeps it in the snapshot under
its name (docs/how-it-fits.md says how; intake runs what is declared here).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ibis.expr.types import Table

from clockstop.rules.fold import Fold
from clockstop.rules.readings import Readings


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A table worked out by one expression.

    `needs` names datasets and facts declared before it: the tables that `build` is given by those names, with `as_of` (a day to
    put into expressions, by which no Python decision is taken) and `readings`. A dataset that the trust never sent is an empty
    table with its columns; a fact none of whose datasets was sent is not built. `order` is how its rows lie.

    `build` hands on the columns of place and person as the contracts name them (`activity_treatment_function_code`,
    `organisation_site_identifier_of_treatment`, `consultant_code`, `priority_type_code`, `person_birth_date`, ...): the refresh
    makes dimensions of them, and takes the person from the pathway where the rows do not say.

    A fact that `is_live` shows the state now: it is built in every refresh, and between two by the quick build (`clockstop now`).
    Its `build` is given `at` besides: an Ibis timestamp, London's local time, the latest instant at which an extract of the
    datasets that it is made of shows the state (those whose window is an instant); in a refresh never after the end of the
    as-of day, and that end where no extract says. Its rows are handed on with it in a column `at`. Such a fact must look at rows
    near `at` alone: those that are open, or of the last days.
    """

    name: str
    title: str
    row: str
    needs: tuple[str, ...]
    build: Callable[..., Table]
    order: tuple[str, ...]
    is_live: bool = False


@dataclass(frozen=True, kw_only=True)
class Lane:
    """How a clock is shown beside others: its words, and the last day that is within its standard (None: it has none).

    `endings` says each `end_status` in words. Where a patient may have several of these clocks, `named_by` is the column of the
    events that tells them apart (the test), and `names` has its words.
    """

    title: str
    within_days: int | None
    endings: Mapping[str, str] = field(default_factory=dict)
    named_by: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The periods of one or more clocks, folded from the rows of the fact `events`.

    Each fold has its own key: rows that lack it are not its events. A period has the fold's columns, `clock` (its name among
    `folds`), and of the key's last event the columns that `keeps` names, with place and person. `lanes` has a lane for each clock.
    `event_titles` has the words of each `event_type`. `waits` names the fact that says of each period its `days_waited` and
    `last_day_within` (else its `breach_date`), where those are not simply the days that it ran (days deducted by an adjustment).
    """

    name: str
    title: str
    row: str
    events: str
    folds: Mapping[str, Callable[[Readings], Fold]]
    lanes: Mapping[str, Lane]
    event_titles: Mapping[str, str] = field(default_factory=dict)
    waits: str = ""
    keeps: tuple[str, ...] = ("patient_pathway_identifier",)
    order: tuple[str, ...] = ("patient_pathway_identifier", "clock", "start_date", "period_number")
    needs: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", (self.events,))
