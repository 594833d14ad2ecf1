"""The peers of a trust: those that the reader chose, or the ten least unlike it in size and in what their work is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clockstop.answers.benchmark_figures import MonthOfProviders
from clockstop.answers.benchmark_units import Unit
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import series
from clockstop.errors import UnknownName
from clockstop.insight import benchmark
from clockstop.insight.benchmark import Peer
from clockstop.measures.published_as import PublishedAs


@dataclass(frozen=True, kw_only=True)
class Peers:
    """The codes of the peers, and how they were found, in words."""

    codes: frozenset[str]
    words: str


def peers_of(
    scope: Scope,
    desk: Desk,
    twin: PublishedAs,
    published: MonthOfProviders,
    *,
    first: Unit | None,
    units: Sequence[Unit],
    chosen: Sequence[str],
    service: str,
) -> Peers:
    """The peers of `first` among the trusts that supplied a figure; `UnknownName` where a chosen code is no provider."""
    if chosen:
        known = {one.code for one in units}
        if unknown := [code for code in chosen if code not in known]:
            raise UnknownName(
                f"No provider {', '.join(unknown)} is in the published figures of this month.",
                do="Check the code (three characters, such as RXX), or choose another month.",
            )
        return Peers(codes=frozenset(chosen), words="as chosen")
    if first is None or not first.denominator:
        return Peers(codes=frozenset(), words="")
    mixes = {one.code: one.mix for one in published.providers}
    own_mix = mixes.get(first.code) or _own_mix(scope, desk, twin, first, service=service)
    own = Peer(code=first.code, size=first.denominator, casemix=own_mix)
    others = [
        Peer(code=one.code, size=one.denominator or 0, casemix=mixes.get(one.code, {}))
        for one in units
        if one.is_ranked and not one.is_ours and one.is_acute == _wants_acute(first, units)
    ]
    words = f"the {benchmark.PEERS} nearest in size ({twin.people})"
    return Peers(
        codes=frozenset(benchmark.nearest(own, others)),
        words=f"{words} and in what their work is made of" if own_mix else words,
    )


def _wants_acute(first: Unit, units: Sequence[Unit]) -> bool:
    """An acute trust's peers are acute; a made-up trust of ours counts as one. Where nobody is known to be acute, nobody is."""
    return (first.is_acute or first.is_made_up or not first.kind) and any(one.is_acute for one in units)


def _own_mix(scope: Scope, desk: Desk, twin: PublishedAs, first: Unit, *, service: str) -> Mapping[str, float]:
    """The casemix of a trust that is not published, from its own list; known of RTT, whose services are the published ones."""
    if twin.dataset != "rtt" or service:
        return {}
    found = series(scope, desk, "rtt_incomplete", period_kind="month", where={"trust": first.code}, by="service")
    latest = {one.key: one.latest.numerator for one in found if one.latest is not None}
    return {key: number for key, number in latest.items() if number}
