"""The made-up narratives, actions and owners of the demonstration's reviews: few, and labelled as made up."""

from datetime import date, timedelta

from clockstop.insight.attention import attention_of
from clockstop.store.home import Home

# What is said of the first exceptions of a division, and what is done about them; each action with its days until it is due.
NARRATIVES = (
    "Two weekly lists were lost to sickness in the first half of the month, and referrals from the community clinic moved here.\n"
    "Both lists run again since the second week of the next month; a locum covers until the new post starts.",
    "The extra work of the summer has come to its end: more was booked than could be seen.\n"
    "Booking now follows the clinic template.",
)
ACTIONS = (
    ("Run two extra Saturday lists", "Theatre scheduling lead", -16, 0),
    ("Book every clinic to its template", "Outpatient booking manager", 12, 14),
    ("Agree a locum until the new post starts", "Clinical director", 26, 0),
)
# One that is done: agreed, due and completed so many days ago.
DONE = ("Hold a clinic each Thursday evening", "Outpatient sister", "Twelve clinics held, each of ten patients", (190, 125, 130))
MEASURES = (
    "rtt_within_18_weeks", "rtt_incomplete", "rtt_over_52_weeks", "diagnostics_waiting_list", "diagnostics_six_weeks_or_more_share",
)  # fmt: skip
DIVISIONS, EXTENSION = 2, 4300


def add_reviews(home: Home, *, by_username: str, trust: str) -> int:
    """Add what made-up people wrote for a trust's reviews, and who answers for each division of all trusts, once; how many."""
    from django.contrib.auth import get_user_model

    from clockstop.answers.desk import Desk
    from clockstop.registers.actions.models import AgreedAction
    from clockstop.registers.performance.models import MeasureOwner

    if MeasureOwner.objects.filter(is_made_up=True).exists() or AgreedAction.objects.filter(is_made_up=True).exists():
        return 0
    by = get_user_model().objects.get(username=by_username)
    desk = Desk(home).refreshed()
    return _name_owners(desk, by) + _write_reviews(desk, by, trust)


def _scope(desk):
    from clockstop.answers.scope import Scope

    codes = frozenset(desk.manifest.trusts)
    return Scope(trusts=codes, may_see_patients=codes, user="", role="")


def _name_owners(desk, by) -> int:
    """A general manager for each division of each trust, and a director for the trust."""
    from clockstop.answers import organisation
    from clockstop.registers.core.place import Place
    from clockstop.registers.performance import actions

    places = [
        (Place(trust=trust.code, division=name), f"General manager, {name}" if name else "Chief operating officer")
        for trust in organisation.tree(_scope(desk), desk)
        for name in ("", *(one.name for one in trust.divisions if one.name != "unknown"))
    ]
    for number, (place, title) in enumerate(places, start=EXTENSION):
        contact = f"extension {number} (made up)"
        actions.name_owner(place=place, measure="", owner=title, contact=contact, by=by, version=0, is_made_up=True)
    return len(places)


def _write_reviews(desk, by, trust: str) -> int:
    """The reviews of the first divisions in which one of a few measures is an exception; how many divisions."""
    written = 0
    for division, charts in _charts(desk, trust).items():
        exceptions = [one for one in charts if attention_of(one.variation, one.assurance).is_exception]
        if exceptions and written < DIVISIONS:
            _write(desk, by, {"trust": trust, "division": division}, exceptions[: len(NARRATIVES)])
            written += 1
    return written


def _charts(desk, trust: str) -> dict[str, list]:
    """The charts of a few measures by division, as a review draws them."""
    from clockstop.answers.review import MONTHS
    from clockstop.answers.series import Series, many
    from clockstop.answers.spc import charts_of

    found = many(_scope(desk), desk, MEASURES, period_kind="month", where={"trust": trust}, by="division")
    every = [Series(one.measure, one.key, one.title, one.points[-MONTHS:]) for parts in found.values() for one in parts]
    kept = [one for one in every if one.key != "unknown" and one.points and one.points[-1].value is not None]
    charts: dict[str, list] = {}
    for chart in charts_of(kept, period_kind="month", level="trust"):
        charts.setdefault(chart.series.key, []).append(chart)
    return charts


def _write(desk, by, where: dict[str, str], charts) -> None:
    """Narratives and actions of a division's first exceptions; one action is late, one has been put off."""
    from clockstop.registers.actions import actions as agreed_actions
    from clockstop.registers.actions.actions import Agreed, Standing
    from clockstop.registers.core.place import Place
    from clockstop.registers.performance import actions
    from clockstop.registers.performance.actions import Figure, Said

    place, today = Place.of(where), desk.as_of
    for chart, text in zip(charts, NARRATIVES, strict=False):
        point = chart.points[-1].point
        figure = Figure(snapshot_id=desk.snapshot_id, numerator=point.numerator, denominator=point.denominator, value=point.value)
        said = Said(text=text, recovery_date=_three_months_on(point.period_end))
        actions.write_narrative(
            place=place,
            measure=chart.measure,
            month=point.period_end,
            said=said,
            figure=figure,
            by=by,
            version=0,
            is_made_up=True,
        )
    for number, (text, owner, days, moved) in enumerate(ACTIONS):
        slug = charts[number % len(charts)].measure
        first = Agreed(text=text, owner=owner, due=today + timedelta(days=days - moved))
        kept = agreed_actions.add_action(
            place=place, measure=slug, agreed=first, by=by, agreed_on=today - timedelta(days=40), is_made_up=True
        )
        if moved:
            to = Standing(
                due=today + timedelta(days=days), due_because="The new template needs the clinicians' word", status="under_way"
            )
            agreed_actions.change_action(pk=kept.pk, trust=place.trust, to=to, by=by, today=today, version=1)
    _complete_one(place, charts[0].measure, by, today)


def _complete_one(place, measure: str, by, today: date) -> None:
    """An action that is done, so that a review can say whether it worked."""
    from clockstop.registers.actions import actions as agreed_actions
    from clockstop.registers.actions.actions import Agreed, Standing

    text, owner, evidence, ago = DONE
    agreed_on, due, done_on = (today - timedelta(days=days) for days in ago)
    first = Agreed(text=text, owner=owner, due=due)
    kept = agreed_actions.add_action(place=place, measure=measure, agreed=first, by=by, agreed_on=agreed_on, is_made_up=True)
    done = Standing(status="complete", evidence=evidence)
    agreed_actions.change_action(pk=kept.pk, trust=place.trust, to=done, by=by, today=done_on, version=1)


def _three_months_on(end: date) -> date:
    from clockstop.dates import add_months, month_end

    return month_end(add_months(end.replace(day=1), 3))
