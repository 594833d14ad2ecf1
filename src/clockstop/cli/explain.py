"""`clockstop explain PATHWAY`: a pathway's events with the rule at each turn."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def explain(
    pathway: Annotated[
        str, typer.Argument(metavar="PATHWAY", help="The pathway's identifier; in a store a hospital or NHS number too.")
    ],
    trust: Annotated[str | None, typer.Option("--trust", metavar="CODE", help="The trust, where several have the number.")] = None,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="FILE", help="Read events from this file, not from the store.")
    ] = None,
    census: Annotated[
        datetime | None,
        typer.Option(
            "--census", metavar="DATE", formats=["%Y-%m-%d"], help="With --events: the day at whose end waits are counted."
        ),
    ] = None,
) -> None:
    """Print what happened on a pathway, what each event did to the clock, and the rule that says so."""
    from clockstop.errors import UserError

    if (events is None) != (census is None):
        raise UserError("--events and --census belong together.", do="Give both to read a file, or neither to read the store.")
    if events is not None and census is not None:
        typer.echo(_from_file(events, pathway, trust, census.date()))
    else:
        typer.echo(_from_store(pathway, trust))


def _from_file(events: Path, pathway: str, trust: str | None, census: date) -> str:
    from clockstop.errors import UnknownName
    from clockstop.intake.event_file import read_events
    from clockstop.rules import rtt
    from clockstop.store.home import home_from_environment
    from clockstop.store.settings import readings

    rows = read_events(events, pathway=pathway, provider=trust)
    if not rows.num_rows:
        raise UnknownName(f"The file has no readable events of pathway {pathway}.", where=str(events), do="Check the number.")
    _must_be_one_provider(rows, pathway)
    chosen = readings(home_from_environment())
    turns = [_file_turn(turn) for turn in rtt.trace_of(rows, census=census, readings=chosen).to_pylist()]
    clocks = [_file_clock(clock) for clock in rtt.clocks_of(rows, census=census, readings=chosen).to_pylist()]
    return "\n".join([f"Pathway {pathway} as of {census.isoformat()}", *turns, *clocks])


def _must_be_one_provider(rows, pathway: str) -> None:
    from clockstop.errors import UnknownName
    from clockstop.intake.map import PROVIDER

    providers = sorted(set(rows[PROVIDER].to_pylist())) if PROVIDER in rows.column_names else []
    if len([code for code in providers if code]) > 1:
        raise UnknownName(
            f"Several providers have a pathway {pathway}.",
            where=f"In the file: {', '.join(providers)}.",
            do="Name one with --trust.",
        )


def _from_store(text: str, trust: str | None) -> str:
    from clockstop.answers.desk import Desk
    from clockstop.answers.lanes import RTT
    from clockstop.answers.pathways import pathway
    from clockstop.answers.scope import Scope
    from clockstop.store.home import home_from_environment

    desk = Desk(home_from_environment()).refreshed()
    every = frozenset(desk.manifest.trusts)
    scope = Scope(trusts=every, may_see_patients=every, user="command line", role="operator")
    one = pathway(scope, desk, *_which(scope, desk, text, trust))
    turns = [
        _turn(
            day=turn.event_date, title=turn.event_title, status=turn.status, rule=turn.rule, days=turn.days_waited,
            sentence=turn.sentence, flags=turn.flags,
        )
        for turn in one.turns
    ]  # fmt: skip
    clocks = [
        _clock(
            number=clock.period_number, start=clock.start_date, end=clock.end_date, status=clock.end_status,
            is_nullified=clock.is_nullified, days=clock.days_waited,
        )
        for clock in one.clocks
    ]  # fmt: skip
    ahead = [f"Ahead: {booking.event_date.isoformat()}  {booking.event_title}" for booking in one.bookings]
    beside = [line for lane in one.lanes if lane.is_other or lane.clock != RTT for line in _lane(lane)]
    place = f", {one.service_title}" if one.service_title else ""
    head = f"Pathway {one.patient_pathway_identifier} of {one.trust}{place}, as of {one.as_of.isoformat()}"
    return "\n".join([head, *turns, *clocks, *beside, *ahead, "", *one.summary]).rstrip()


def _lane(lane) -> list[str]:
    """Another clock of the patient: its events with the rule at each, and its periods against their limit."""
    of = f", pathway {lane.patient_pathway_identifier} of the same patient" if lane.is_other else ""
    turns = [
        _turn(
            day=turn.event_date, title=turn.event_title, status=turn.status, rule=turn.rule, days=turn.days_waited,
            sentence=turn.sentence, flags=turn.flags,
        )
        for turn in lane.turns
    ]  # fmt: skip
    return ["", f"{lane.label}{of}", *turns, *(_period(clock) for clock in lane.clocks)]


def _period(clock) -> str:
    began = clock.start_date.isoformat() if clock.start_date else "an unknown day"
    if clock.is_nullified:
        return f"Clock {clock.period_number}: from {began}, does not count"
    ended = (
        f"stopped on {clock.end_date.isoformat()} ({clock.end_words or clock.end_status})" if clock.end_date else "still running"
    )
    limit = f", limit {clock.breach_date.isoformat()}" if clock.breach_date else ""
    return f"Clock {clock.period_number}: from {began}, {ended}, {clock.days_waited} days{limit}"


def _which(scope, desk, text: str, trust: str | None) -> tuple[str, str]:
    """The one pathway that the number names; where it names several, they are listed."""
    from clockstop.answers.pathways import find
    from clockstop.errors import UnknownName

    found = [one for one in find(scope, desk, text) if trust in (None, one.trust)]
    if len(found) == 1:
        return found[0].trust, found[0].patient_pathway_identifier
    if not found:
        raise UnknownName(
            f"There is no pathway {text}.",
            where=f"Snapshot {desk.snapshot_id}.",
            do="Check the number; --trust narrows the search.",
        )
    listed = ", ".join(f"{one.patient_pathway_identifier} of {one.trust}" for one in found[:10])
    raise UnknownName(
        f"{text} names {len(found)} pathways.", where=listed, do="Name one of them, with --trust where two trusts share it."
    )


def _file_turn(turn: dict) -> str:
    from clockstop.contracts.rtt_events import EVENT_TYPES
    from clockstop.rules.rule_sentences import RULES

    start, rule = turn["clock_start_date"], turn["rule"]
    return _turn(
        day=turn["event_date"],
        title=EVENT_TYPES[turn["event_type"]],
        status=turn.get("referral_to_treatment_period_status") or "",
        rule=rule,
        days=(turn["event_date"] - start).days if start else None,
        sentence=RULES[rule].sentence if rule in RULES else "",
        flags=tuple(turn["raised"]),
    )


def _file_clock(clock: dict) -> str:
    return _clock(
        number=clock["period_number"], start=clock["start_date"], end=clock["end_date"], status=clock["end_status"],
        is_nullified=clock["is_nullified"], days=clock["days_waited"],
    )  # fmt: skip


def _turn(*, day: date, title: str, status: str, rule: str, days: int | None, sentence: str, flags: tuple[str, ...]) -> str:
    event = f"{title} ({status})" if status else title
    wait = f"day {days}" if days is not None else "no clock"
    raised = f"  [{', '.join(flags)}]" if flags else ""
    return f"  {day.isoformat()}  {event:<48} {wait:>9}  {rule:<11} {sentence}{raised}".rstrip()


def _clock(*, number: int, start: date | None, end: date | None, status: str | None, is_nullified: bool, days: int | None) -> str:
    began = start.isoformat() if start else "an unknown day"
    if is_nullified:
        return f"Clock {number}: from {began}, nullified on {end.isoformat() if end else ''}"
    stopped = f"stopped on {end.isoformat()} with status {status}" if end else "still running"
    return f"Clock {number}: from {began}, {stopped}, {days} days"
