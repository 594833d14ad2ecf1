"""What a pack says in front: the headline, the summary by domain, and the notes on how it was made."""

from collections.abc import Sequence

from clockstop.nhsuk.presenters import count, day, lower_first
from clockstop.reports.pack import DomainSummary, ExceptionPage, KpiRow
from clockstop.reports.pack_domains import DOMAINS
from clockstop.reports.pack_measure import Gathered


def headline(rows: Sequence[KpiRow], exceptions: Sequence[ExceptionPage]) -> str:
    """The pack in two or three sentences."""
    judged = [row for row in rows if row.variation_icon]
    better = sum(row.variation == "improving" for row in judged)
    worse = sum(row.variation == "concerning" for row in judged)
    failing = sum(row.assurance == "fail" for row in judged)
    first = [row.title for row in rows if row.attention == "first"]
    said = [f"Of {count(len(judged), 'measure')} with enough months to judge, {better} are getting better and {worse} worse."]
    if failing:
        said.append(f"{failing} will miss {'its' if failing == 1 else 'their'} target unless something changes.")
    if first:
        said.append(f"Look first at: {_listed(first)}.")
    elif not exceptions:
        said.append("Nothing is called out as an exception.")
    return " ".join(said)


def by_domain(rows: Sequence[KpiRow]) -> tuple[DomainSummary, ...]:
    """The executive summary: a domain without a measure says so, so that nobody takes silence for good news."""
    return tuple(_domain(title, [row for row in rows if row.domain == name]) for name, title in DOMAINS.items())


def _domain(title: str, rows: Sequence[KpiRow]) -> DomainSummary:
    return DomainSummary(
        title=title,
        measures=len(rows),
        improving=tuple((row.slug, _line(row)) for row in rows if row.variation == "improving"),
        concerning=tuple((row.slug, _line(row)) for row in rows if row.variation == "concerning"),
        stuck=tuple((row.slug, _line(row)) for row in rows if row.variation == "common_cause" and row.assurance == "fail"),
    )


def _line(row: KpiRow) -> str:
    """A measure in a line: its figure, and against what."""
    against = f", {lower_first(row.target_title)} {row.target_said}" if row.target_said else ""
    return f"{row.title}: {row.value_said}{against}"


def notes(gathered: Gathered, rows: Sequence[KpiRow], without: Sequence[str]) -> tuple[str, ...]:
    """How the pack was made, and what it leaves out."""
    now = [row.title for row in rows if row.is_now]
    short = [row.title for row in rows if not row.is_now and not row.variation_icon and not row.is_hidden]
    found = [
        f"Figures are of {day(gathered.month)} or the month that ended then, as known on {day(gathered.desk.as_of)}.",
        f"Charts are drawn by the convention {gathered.convention}. A limit beyond nought or 100% is printed as that.",
    ]
    if gathered.audience == "outside":
        found.append("Numbers of 1 to 4 people, and those that would give them away, are withheld.")
    if now:
        found.append(f"Counted on the day of the list only ({day(gathered.desk.as_of)}), with no history: {_listed(now)}.")
    if short:
        found.append(f"Too few months for limits or icons: {_listed(short)}.")
    if without:
        found.append(f"The data have nothing of these for the month: {_listed(without)}.")
    return tuple(found)


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence, parted by semicolons where a name holds a comma."""
    parted = "; " if any("," in name for name in names) else ", "
    return names[0] if len(names) == 1 else f"{parted.join(names[:-1])} and {names[-1]}"
