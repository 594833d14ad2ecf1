"""What one version of a pack says otherwise than another: figures, icons, what people wrote, what was added or left out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace

from clockstop.measures.measure import is_same_figure
from clockstop.reports.pack import KpiRow, Pack

_SAID = {
    "target_said": "target",
    "variation_said": "variation",
    "assurance_said": "assurance",
    "quality_said": "data quality",
    "owner": "owner",
}


def json_of(pack: Pack) -> str:
    """A pack as it is kept."""
    return json.dumps(asdict(pack), indent=1, ensure_ascii=False, default=str) + "\n"


def same_sha256(pack: Pack) -> str:
    """A name for what a pack says, whenever it is made: two of the same name need no two versions.

    A snapshot built again of the same data has another id and instant, which is no change of what is said.
    """
    said = asdict(replace(pack, revised={}, snapshot_id="", built_at="", code_version=""))
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def revised(before: Pack, now: Pack) -> dict[str, str]:
    """By measure what the earlier version said, where the figure of the same month is another one now."""
    old = {row.slug: row for row in before.rows}
    return {row.slug: old[row.slug].value_said for row in now.rows if row.slug in old and _is_other(old[row.slug], row)}


def changes(before: Pack, now: Pack) -> tuple[str, ...]:
    """Every change in a sentence; figures first."""
    return tuple(_changes(before, now))


def _changes(before: Pack, now: Pack) -> Iterator[str]:
    old, new = ({row.slug: row for row in pack.rows} for pack in (before, now))
    for slug, row in new.items():
        if slug in old and _is_other(old[slug], row):
            yield f"{row.title}: {_said(old[slug])} became {_said(row)}."
    for slug, row in new.items():
        if slug in old:
            yield from _words(old[slug], row)
    yield from (f"{row.title} is new." for slug, row in new.items() if slug not in old)
    yield from (f"{row.title} is left out." for slug, row in old.items() if slug not in new)
    yield from _history(before, now)
    yield from _written(before, now)
    if before.style != now.style:
        yield "The template is another one."
    if before.as_of != now.as_of:
        yield f"The data reach {now.as_of:%d %B %Y}, before {before.as_of:%d %B %Y}."


def _is_other(old: KpiRow, new: KpiRow) -> bool:
    pairs = ((old.numerator, new.numerator), (old.denominator, new.denominator), (old.value, new.value))
    return old.is_hidden != new.is_hidden or not all(is_same_figure(one, other) for one, other in pairs)


def _said(row: KpiRow) -> str:
    return f"{row.value_said} ({row.parts_said})" if row.parts_said else row.value_said


def _words(old: KpiRow, new: KpiRow) -> Iterator[str]:
    for name, what in _SAID.items():
        before, now = getattr(old, name), getattr(new, name)
        if before != now:
            yield f"{new.title}: {what} was “{before or 'none'}”, is “{now or 'none'}”."


def _history(before: Pack, now: Pack) -> Iterator[str]:
    """Earlier months that later data changed."""
    old = {(page.slug, point.period_end): point.value for page in before.pages for point in page.points}
    for page in now.pages:
        months = [
            point for point in page.points[:-1]
            if (page.slug, point.period_end) in old and not is_same_figure(old[page.slug, point.period_end], point.value)
        ]  # fmt: skip
        if months:
            yield f"{now.row(page.slug).title}: {len(months)} earlier {'month is' if len(months) == 1 else 'months are'} revised."


def _written(before: Pack, now: Pack) -> Iterator[str]:
    """Narratives and actions that were written since."""
    old = {(page.slug, one.title): one.paragraphs for page in before.pages for one in page.sections if one.title == "Commentary"}
    new = {(page.slug, one.title): one.paragraphs for page in now.pages for one in page.sections if one.title == "Commentary"}
    for key in [*new, *(key for key in old if key not in new)]:
        if old.get(key) != new.get(key):
            done = "was written" if key not in old else "was taken away" if key not in new else "was rewritten"
            slug = key[0]
            title = next((row.title for row in (*now.rows, *before.rows) if row.slug == slug), slug)
            yield f"{title}: the commentary {done}."
    old_actions, new_actions = ({one.slug: one.actions for one in pack.exceptions} for pack in (before, now))
    for slug, actions in new_actions.items():
        if slug in old_actions and actions != old_actions[slug]:
            yield f"{now.row(slug).title}: its actions have changed."
    for slug in (slug for slug in new_actions if slug not in old_actions):
        yield f"{now.row(slug).title} is called out as an exception."
    for slug in (slug for slug in old_actions if slug not in new_actions):
        title = next((row.title for row in (*now.rows, *before.rows) if row.slug == slug), slug)
        yield f"{title} is no exception any more."
