"""Figures of an organisation with those of the organisations that became part of it, and their run over the months.

What was published stays as published: the answer says which codes were added, and which were not because they were divided.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from clockstop.errors import UnknownName
from clockstop.intake.published import figure_reading
from clockstop.intake.published.datasets import dataset as dataset_of
from clockstop.intake.published.figure_reading import Figures
from clockstop.intake.published.successions import Succession, followed_codes, predecessors
from clockstop.store.home import Home

# Shares that are one count of another: worked out anew of the sums. Others, means and percentiles cannot be added up.
_SHARES = (
    ("ae", r"share_within_4_hours(_booked|_excluding_booked|)", r"within_4_hours\1", r"attendances\1"),
    ("dm01", r"share_6_weeks", "waiting_6_weeks", "waiting_list"),
    ("sickness", r"share_sickness_absence", "fte_days_lost", "fte_days_available"),
    ("cancer", r"(\w+)_share_within", r"\1_within", r"\1_total"),
    ("kh03", r"(\w+)_share_occupied", r"\1_occupied", r"\1_available"),
)


@dataclass(frozen=True, kw_only=True)
class Followed:
    """An organisation's figures of a month with its predecessors' added: `parts` are as published, its own first."""

    code: str
    month: str
    parts: tuple[Figures, ...]
    added: tuple[Succession, ...]
    divided: tuple[Succession, ...]
    values: dict[str, float | None]

    @property
    def first(self) -> Figures:
        """Its own figures; a predecessor's where it has none in the month."""
        return self.parts[0]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One month of a run: the value, what stood in its place where it is null, and whose figures are in it."""

    month: str
    value: float | None
    text: str
    codes: tuple[str, ...]
    revisions: tuple[str, ...]


def followed(
    home: Home, dataset: str, month: str, *, org_code: str, level: str = "provider", cut: str = "", number: int | None = None
) -> Followed:
    """The figures of an organisation and of all that became part of it, in a month; only what can be added is added."""
    own = [(org_code, None), *((one.predecessor, one) for one in followed_codes(org_code))]
    parts, added = [], []
    refusal: UnknownName | None = None
    for code, succession in own:
        try:
            parts.append(figure_reading.figures_of(home, dataset, month, level=level, org_code=code, cut=cut, number=number))
        except UnknownName as error:
            refusal = refusal or error
            continue
        added += [succession] if succession is not None else []
    if not parts:
        assert refusal is not None
        raise refusal
    divided = tuple(one for code, _ in own for one in predecessors(code) if not one.is_whole)
    return Followed(
        code=org_code, month=month, parts=tuple(parts), added=tuple(added), divided=divided, values=_values(dataset, parts)
    )


def _values(dataset: str, parts: list[Figures]) -> dict[str, float | None]:
    """The sums of what adds up; shares of them where they are one count of another, else nothing where there are several parts."""
    declared, keys = dataset_of(dataset), list(dict.fromkeys(key for part in parts for key in part.values))
    if len(parts) == 1:
        return dict(parts[0].values)
    values = {
        key: _sum(part.values.get(key) for part in parts if key in part.values) if declared.key(key).adds_up else None
        for key in keys
    }
    for key in keys:
        for of_dataset, pattern, over, under in _SHARES:
            if of_dataset == dataset and (found := re.fullmatch(pattern, key)):
                counted, total = values.get(found.expand(over)), values.get(found.expand(under))
                values[key] = counted / total if counted is not None and total else None
    return values


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if any(value is None for value in known) else sum(value for value in known if value is not None)


def run(
    home: Home,
    dataset: str,
    key: str,
    *,
    org_code: str,
    level: str = "provider",
    cut: str = "",
    follow: bool = False,
    first: str = "",
    last: str = "",
) -> list[Point]:
    """A figure of an organisation month by month, as published, or with its predecessors added; months without it are left out."""
    points = []
    for month in figure_reading.months_loaded(home, dataset):
        if not (first or month) <= month <= (last or month):
            continue
        point = _point(home, dataset, month, key, org_code=org_code, level=level, cut=cut, follow=follow)
        if point is not None:
            points.append(point)
    if not points:
        raise UnknownName(
            f"There is no figure {key} of {org_code} in {dataset}{f', cut {cut}' if cut else ''}.",
            where=f"Looked through {len(figure_reading.months_loaded(home, dataset))} loaded months.",
            do=f"`clockstop published show {dataset}` shows the keys that there are.",
        )
    return points


def _point(home: Home, dataset: str, month: str, key: str, *, org_code: str, level: str, cut: str, follow: bool) -> Point | None:
    try:
        if follow:
            found = followed(home, dataset, month, org_code=org_code, level=level, cut=cut)
            parts, values = found.parts, found.values
        else:
            parts = (figure_reading.figures_of(home, dataset, month, level=level, org_code=org_code, cut=cut),)
            values = parts[0].values
    except UnknownName:
        return None
    with_key = [part for part in parts if key in part.values]
    if not with_key:
        return None
    return Point(
        month=month,
        value=values[key],
        text="" if values[key] is not None else next((part.texts[key] for part in with_key if part.texts.get(key)), ""),
        codes=tuple(part.org_code for part in with_key),
        revisions=tuple(f"{part.sources[key].kept.file_name}" for part in with_key),
    )
