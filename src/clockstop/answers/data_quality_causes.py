"""Where the failures of a rule come from: places by their rates, consultants, loads and weeks by their part of all failures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ibis.expr.types import Table

from clockstop.answers import organisation
from clockstop.answers.data_quality import COUNTS_TABLE, ISSUES_TABLE, months_of, trusts_of
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.dates import in_words
from clockstop.insight.root_cause import Cause, Place, Week, began, cause, sentence
from clockstop.intake import ledger
from clockstop.measures.suppress import is_share_hidden, is_small
from clockstop.rules.quality import QualityRule

# Each cut with what one and several of its places are called. A source place is what the dataset calls it.
CUTS = {"source_place": ("place", "places"), "service": ("service", "services"), "site": ("site", "sites")}
STAFF_AND_FILES = {"consultant": ("consultant", "consultants"), "source_load": ("load", "loads")}
_PLACE_WORDS = (
    ("clinic", "clinics", ("appointments", "outpatient_sessions", "clinic_templates", "follow_up_requests", "referrals")),
    ("theatre", "theatres", ("theatre_cases", "theatre_sessions")),
    ("department", "departments", ("ed_attendances", "ed_states", "ed_service_requests", "ambulance_arrivals")),
    ("ward", "wards", ("ward_stays", "ward_patient_days", "ward_bed_states", "wards", "board_rounds", "spells", "inpatient_spells",
                       "discharge_ready_dates", "virtual_ward_stays")),
    ("room", "rooms", ("rooms", "room_bookings")),
)  # fmt: skip
MOST_PLACES = 12
# So much of the failures of the few places must have come with the loads from one on, for these to be named.
MOST_OF_LOADS = 0.9


@dataclass(frozen=True, kw_only=True)
class Causes:
    """What each cut says of a year's failures, the sentence that it comes to ('' where no place stands out), and the weeks."""

    found: tuple[Cause, ...]
    says: str
    weeks: tuple[Week, ...]
    since: date | None
    failed: int


def place_words(dataset: str) -> tuple[str, str]:
    """What one and several source places of a dataset are called."""
    return next(((one, many) for one, many, datasets in _PLACE_WORDS if dataset in datasets), ("place", "places"))


def causes(scope: Scope, desk: Desk, rule: QualityRule, trust: str = "") -> Causes:
    """The causes of a rule's failures of the last 13 months, of one trust or of all within the scope.

    Consultants, loads and weeks are read from single records, of trusts for whose patients the reader is cleared.
    """
    trusts = trusts_of(scope, desk, trust)
    key = ("quality causes", rule.name, trusts, scope.clearance)
    return desk.kept_answer(key, lambda: _causes(scope, desk, rule, trusts))


def _causes(scope: Scope, desk: Desk, rule: QualityRule, trusts: tuple[str, ...]) -> Causes:
    if not desk.has(COUNTS_TABLE):
        return Causes(found=(), says="", weeks=(), since=None, failed=0)
    found = [one for name in CUTS if (one := _by_place(scope, desk, rule, trusts, name)) is not None]
    own = tuple(trust for trust in trusts if scope.is_own(trust))
    issues = _issues(desk, rule, own) if own and desk.has(ISSUES_TABLE) else None
    if issues is not None:
        found += [_by_consultant(desk, issues, is_alone=len(trusts) == 1), _by_load(desk, rule, issues, own)]
    told = [one for one in found if len(one.places) > 1]
    first = next((one for one in told if one.few), None)
    weeks = _weeks(desk, issues, first) if issues is not None else ()
    since = _after_the_first_month(desk, rule, trusts, began(weeks)) if weeks else None
    return Causes(
        found=tuple(told),
        says=_says(_Asked(desk, rule, trusts, issues), first, since),
        weeks=weeks,
        since=since,
        failed=max((one.failed for one in found), default=0),
    )


def _after_the_first_month(desk: Desk, rule: QualityRule, trusts: tuple[str, ...], since: date | None) -> date | None:
    """The week of a rise; None where it is that in which the records themselves begin."""
    rows = desk.table(COUNTS_TABLE)
    rows = rows.filter(rows.trust.isin(sorted(trusts)), rows.dataset == rule.dataset, rows.rule == rule.slug, rows.judged > 0)
    first = desk.rows(rows.aggregate(first=rows.month.min()))["first"][0].as_py()
    return None if since is None or first is None or f"{since:%Y-%m}" <= first else since


def _by_place(scope: Scope, desk: Desk, rule: QualityRule, trusts: tuple[str, ...], name: str) -> Cause | None:
    """Places with their rates; those of another trust only where none of its counts is small."""
    rows = desk.table(COUNTS_TABLE)
    rows = rows.filter(
        rows.trust.isin(sorted(trusts)), rows.dataset == rule.dataset, rows.rule == rule.slug, rows.judged.notnull(),
        rows.month.isnull() | (rows.month >= months_of(desk)[0]),
    )  # fmt: skip
    held = rows[name].fill_null("")
    summed = rows.group_by("trust", place=held).aggregate(judged=rows.judged.sum(), failed=rows.failed.sum())
    counted = desk.rows(summed).to_pylist()
    hidden = {row["trust"] for row in counted if not scope.is_own(row["trust"]) and _is_few(row)}
    counted = [row for row in counted if row["trust"] not in hidden]
    named = [row for row in counted if row["place"]]
    if not named:
        return None
    clean = sum(int(row["judged"]) for row in counted if not row["place"] and not row["failed"])
    places = [
        Place(
            key=f"{row['trust']}|{row['place']}",
            title=_title(desk, row["trust"], name, row["place"], is_alone=len(trusts) == 1),
            failed=int(row["failed"] or 0),
            judged=int(row["judged"]),
        )
        for row in named
    ]
    return cause(name, places, clean_judged=clean)


def _is_few(row: Mapping) -> bool:
    return bool(row["failed"]) and is_share_hidden(float(row["failed"]), float(row["judged"]), "k5")


def _title(desk: Desk, trust: str, cut: str, place: str, *, is_alone: bool) -> str:
    words = organisation.service_name(place) if cut == "service" else place
    return words if is_alone else f"{words}, {desk.manifest.trusts[trust].name}"


def _issues(desk: Desk, rule: QualityRule, trusts: tuple[str, ...]) -> Table:
    rows = desk.table(ISSUES_TABLE, trusts=trusts)
    is_late = rows.month.isnull() | (rows.month >= months_of(desk)[0])
    return rows.filter(rows.dataset == rule.dataset, rows.rule == rule.slug, is_late)


def _by_consultant(desk: Desk, issues: Table, *, is_alone: bool) -> Cause:
    rows = issues.filter(issues.consultant.notnull())
    rows = rows.group_by("trust", "consultant").aggregate(failed=rows.count())
    places = [
        Place(
            key=f"{row['trust']}|{row['consultant']}",
            title=_title(desk, row["trust"], "consultant", row["consultant"], is_alone=is_alone),
            failed=row["failed"],
        )
        for row in desk.rows(rows).to_pylist()
    ]
    return cause("consultant", places)


def _by_load(desk: Desk, rule: QualityRule, issues: Table, trusts: tuple[str, ...]) -> Cause:
    """Loads with the rows that each brought: a load that brought all rows is not to blame for bringing the failing ones."""
    rows = issues.group_by("trust", "source_load").aggregate(failed=issues.count())
    failed = {(row["trust"], row["source_load"]): row["failed"] for row in desk.rows(rows).to_pylist() if row["source_load"]}
    loads = {(one.trust, one.load_id): one for trust in trusts for one in ledger.standing(desk.home, trust, rule.dataset)}
    return cause(
        "source_load",
        [
            Place(key=f"{trust}|{load}", title=_load_title(loads.get((trust, load)), load), failed=number,
                  judged=loads[trust, load].rows_read if (trust, load) in loads else None)
            for (trust, load), number in failed.items()
        ],
    )  # fmt: skip


def _load_title(one: ledger.Receipt | None, load: str) -> str:
    return f"{load[:4]}" if one is None else f"{one.file_name} of {in_words(_shown_on(one))}"


def _shown_on(one: ledger.Receipt) -> date:
    return datetime.fromisoformat(one.as_at or one.loaded_at).date()


def _of_few(issues: Table, found: Cause | None) -> Table:
    """The failures of the few places of a cut; all of them where no place stands out."""
    if found is None or found.cut not in issues.columns:
        return issues
    keys = sorted(one.place.key for one in found.few)
    return issues.filter((issues.trust + "|" + issues[found.cut].fill_null("")).isin(keys))


def _weeks(desk: Desk, issues: Table, found: Cause | None) -> tuple[Week, ...]:
    """The failures week by week (Mondays) up to the as-of day, the weeks without any among them."""
    rows = _of_few(issues, found)
    rows = rows.filter(rows.day.notnull(), rows.day <= desk.as_of)
    counted = rows.group_by(first=rows.day.truncate("W").cast("date")).aggregate(failed=rows.count())
    failed = {row["first"]: row["failed"] for row in desk.rows(counted).to_pylist()}
    start = date.fromisoformat(f"{months_of(desk)[0]}-01")
    start -= timedelta(days=start.weekday())
    number = ((desk.as_of - timedelta(days=desk.as_of.weekday())) - start).days // 7
    # The week that runs is not whole, and would look like a fall.
    weeks = [start + timedelta(weeks=place) for place in range(number)]
    return tuple(Week(first=first, failed=failed.get(first, 0)) for first in weeks) if failed else ()


@dataclass(frozen=True)
class _Asked:
    """A rule of these trusts in a snapshot, with its single records where the reader may see some."""

    desk: Desk
    rule: QualityRule
    trusts: tuple[str, ...]
    issues: Table | None


def _says(asked: _Asked, found: Cause | None, since: date | None) -> str:
    if found is None or is_small(sum(one.place.failed for one in found.few), "k5"):
        return ""
    one, many = place_words(asked.rule.dataset) if found.cut == "source_place" else (CUTS | STAFF_AND_FILES)[found.cut]
    theirs = {place.place.key.partition("|")[0] for place in found.few}
    trust = next(iter(theirs)) if len(theirs) == 1 else ""
    of = asked.desk.manifest.trusts[trust].name if trust and len(asked.trusts) > 1 else ""
    since_load = _since_load(asked, found, trust) if trust and found.cut != "source_load" else ""
    when = since_load or (f"since the week of {in_words(since)}" if since else "")
    return sentence(found, what=f"“{asked.rule.title}”", one=one, many=many, of=of, since=when)


def _since_load(asked: _Asked, found: Cause, trust: str) -> str:
    """The load with which the failures of the few places began to come, where it was not the first."""
    if asked.issues is None:
        return ""
    loads = ledger.standing(asked.desk.home, trust, asked.rule.dataset)
    rows = _of_few(asked.issues, found)
    counted = asked.desk.rows(rows.group_by("source_load").aggregate(failed=rows.count())).to_pylist()
    failed = {row["source_load"]: row["failed"] for row in counted if row["source_load"]}
    before = 0
    for place, one in enumerate(loads):
        is_first_with_most = failed.get(one.load_id, 0) and before <= (1 - MOST_OF_LOADS) * sum(failed.values())
        # A load that brought most of all rows brought most of the failing ones too, whenever they came about.
        if place and is_first_with_most and one.rows_kept * 2 < sum(load.rows_kept for load in loads):
            return f"since the load of {in_words(_shown_on(one))}"
        before += failed.get(one.load_id, 0)
    return ""
