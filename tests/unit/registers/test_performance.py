"""What people write for a review: every version kept, what went out in a pack locked, nobody's words lost to another's."""

import threading
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from clockstop.answers.scope import Scope
from clockstop.registers.actions import actions as agreed_actions
from clockstop.registers.actions import reading as action_reading
from clockstop.registers.actions.actions import Agreed, Standing
from clockstop.registers.actions.models import AgreedAction
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.models import Change
from clockstop.registers.core.place import Place
from clockstop.registers.core.writing import NotKept
from clockstop.registers.performance import actions, reading
from clockstop.registers.performance.actions import AlertKey, Figure, Proposed, Said
from clockstop.registers.performance.models import AlertMark, Narrative, NarrativeVersion, Recalculation

SURGERY = Place(trust="AAA", division="Surgery")
WHOLE, OTHER = Place(trust="AAA"), Place(trust="BBB", division="Surgery")
MEASURE, OCTOBER, TODAY = "rtt_within_18_weeks", date(2026, 10, 31), date(2026, 11, 16)
SEEN = Figure(snapshot_id="2026-11-16.1", numerator=612.0, denominator=1000.0, value=0.612)


def scope(*trusts):
    return Scope(trusts=frozenset(trusts), may_see_patients=frozenset(), user="x", role="group_viewer")


@pytest.fixture
def pat(db):
    return get_user_model().objects.create_user(username="pat")


@pytest.fixture
def sam(db):
    return get_user_model().objects.create_user(username="sam")


def write(by, text="Two lists were lost", *, version=0, place=SURGERY, **said):
    return actions.write_narrative(
        place=place, measure=MEASURE, month=OCTOBER, said=Said(text=text, **said), figure=SEEN, by=by, version=version
    )


def read(*trusts, place=SURGERY):
    return reading.narrative(scope(*(trusts or ("AAA",))), place, MEASURE, OCTOBER)


def agree(by, *, due=date(2026, 11, 30), place=SURGERY, measure=MEASURE):
    agreed = Agreed(text="Run two extra lists", owner="Endoscopy matron", due=due)
    return agreed_actions.add_action(place=place, measure=measure, agreed=agreed, by=by, agreed_on=date(2026, 11, 2))


def change(by, action, version=1, **to):
    return agreed_actions.change_action(pk=action.pk, trust="AAA", to=Standing(**to), by=by, today=TODAY, version=version)


def shown(action):
    return action_reading.action(scope("AAA"), action.pk)


def proposed(place=SURGERY, day=date(2026, 3, 31)):
    return Proposed(
        place=place, measure=MEASURE, period_kind="month", from_date=day, because="8 points below", snapshot_id="2026-11-16.1"
    )


def decide(by, decision="accepted", **changed):
    said = {"proposed": proposed(), "cause": "The second theatre closed in March"}
    return actions.decide_recalculation(decision=decision, by=by, **said | changed)


KEY = AlertKey(place=SURGERY, measure=MEASURE, kind="special_cause", period_end=OCTOBER)


def test_an_edit_keeps_the_earlier_versions_with_the_figure_that_each_writer_saw(pat, sam):
    write(pat)
    write(sam, "Two lists were lost to sickness", version=1, recovery_date=date(2027, 1, 31))
    found = read()
    assert (found.standing.number, found.standing.by, found.standing.text) == (2, "sam", "Two lists were lost to sickness")
    assert found.standing.recovery_date == date(2027, 1, 31)
    assert [(one.number, one.by, one.text, one.value) for one in found.earlier] == [(1, "pat", "Two lists were lost", 0.612)]
    assert [one.what for one in Change.objects.filter(record="narrative")] == ["rewrite", "write"]


def test_who_saw_an_older_narrative_does_not_overwrite_a_newer_one(pat, sam):
    write(pat)
    write(sam, "Sam's words", version=1)
    for seen in (0, 1):
        with pytest.raises(EditedMeanwhile, match="sam has changed this narrative"):
            write(pat, "Pat's words", version=seen)
    assert read().standing.text == "Sam's words"


def test_the_same_words_again_are_no_new_version(pat):
    write(pat)
    assert write(pat, " Two  lists were lost ", version=1).number == 1
    assert Change.objects.count() == 1


def test_what_went_out_in_a_pack_stays_as_it_was_and_a_later_version_says_why(pat):
    write(pat)
    (locked,) = actions.lock_narratives(place=WHOLE, month=OCTOBER, pack="AAA 2026-10 version 1", by=pat)
    assert (locked.number, locked.locked_in) == (1, "AAA 2026-10 version 1")
    with pytest.raises(NotKept, match="reason"):
        write(pat, "Three lists were lost", version=1)
    write(pat, "Three lists were lost", version=1, revised_because="One more came to light")
    found = read()
    assert (found.standing.text, found.standing.locked_in) == ("Three lists were lost", "")
    assert [(one.locked_in, one.text) for one in found.earlier] == [("AAA 2026-10 version 1", "Two lists were lost")]
    # The next pack takes the new version; the first keeps its own.
    actions.lock_narratives(place=SURGERY, month=OCTOBER, pack="AAA 2026-10 version 2", by=pat)
    kept = (read().standing, *read().earlier)
    assert {one.locked_in: one.text for one in kept} == {
        "AAA 2026-10 version 1": "Two lists were lost",
        "AAA 2026-10 version 2": "Three lists were lost",
    }


def test_a_second_pack_of_the_same_words_leaves_the_first_lock(pat):
    write(pat)
    for pack in ("one", "two"):
        actions.lock_narratives(place=SURGERY, month=OCTOBER, pack=pack, by=pat)
    assert read().standing.locked_in == "one"
    assert Change.objects.filter(what="lock").count() == 1


def test_a_pack_locks_only_what_it_holds(pat):
    write(pat)
    write(pat, place=OTHER)
    assert actions.lock_narratives(place=WHOLE, month=OCTOBER, pack="x", by=pat, measures=["other"]) == ()
    assert actions.lock_narratives(place=WHOLE, month=date(2026, 9, 30), pack="x", by=pat) == ()
    assert len(actions.lock_narratives(place=WHOLE, month=OCTOBER, pack="x", by=pat)) == 1
    assert not read("BBB", place=OTHER).standing.locked_in


def test_a_figure_that_came_out_otherwise_later_is_revised(pat):
    write(pat)
    standing = read().standing
    assert not standing.is_revised(numerator=612.0, denominator=1000.0, value=0.612)
    assert standing.is_revised(numerator=615.0, denominator=1000.0, value=0.615)
    assert standing.is_revised(numerator=None, denominator=None, value=None)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_an_empty_or_too_long_narrative_is_refused(pat, text):
    with pytest.raises(NotKept):
        write(pat, text)
    assert not Narrative.objects.exists()


def test_other_trusts_narratives_are_not_read(pat):
    write(pat)
    write(pat, place=OTHER)
    assert read("BBB") is None
    assert reading.narratives(scope("BBB"), SURGERY, OCTOBER) == {}


def test_the_due_day_itself_is_not_late(pat):
    action = agree(pat, due=TODAY)
    assert not shown(action).is_overdue(TODAY)
    assert shown(action).days_late(date(2026, 11, 19)) == 3
    change(pat, action, status="complete", evidence="Lists of 7 and 14 November")
    assert not shown(action).is_overdue(date(2026, 12, 1))


def test_a_moved_due_date_keeps_the_first_one_and_each_move(pat, sam):
    action = agree(pat)
    with pytest.raises(NotKept, match="why the date moves"):
        change(pat, action, due=date(2026, 12, 14))
    change(pat, action, due=date(2026, 12, 14), due_because="The room opens later")
    change(sam, action, version=2, due=date(2026, 12, 21), due_because="Staff sick")
    found = shown(action)
    assert (found.due, found.original_due, found.slip_days) == (date(2026, 12, 21), date(2026, 11, 30), 21)
    assert [(one.was, one.due, one.because, one.by) for one in found.moves] == [
        (date(2026, 11, 30), date(2026, 12, 14), "The room opens later", "pat"),
        (date(2026, 12, 14), date(2026, 12, 21), "Staff sick", "sam"),
    ]


def test_an_action_ends_with_its_evidence_and_can_be_taken_up_again(pat):
    action = agree(pat)
    with pytest.raises(NotKept, match="evidence"):
        change(pat, action, status="complete")
    change(pat, action, status="complete", evidence="Seen on the rota")
    assert (shown(action).is_over, shown(action).ended_on) == (True, TODAY)
    change(pat, action, version=2, status="under_way")
    assert (shown(action).is_over, shown(action).ended_on) == (False, None)


def test_nothing_is_written_where_nothing_of_an_action_changes(pat):
    action = agree(pat)
    change(pat, action, text="Run two  extra lists", status="open")
    assert (shown(action).version, Change.objects.count()) == (1, 1)


def test_two_people_do_not_overwrite_an_action(pat, sam):
    action = agree(pat)
    change(sam, action, owner="Sam")
    with pytest.raises(EditedMeanwhile, match="sam has changed this action"):
        change(pat, action, owner="Pat")
    assert shown(action).owner == "Sam"


def test_an_action_of_another_trust_is_not_changed(pat):
    action = agree(pat, place=OTHER)
    with pytest.raises(NotKept, match="no such action"):
        change(pat, action, owner="Sam")
    assert action_reading.action(scope("AAA"), action.pk) is None
    assert action_reading.agreed_actions(scope("AAA"), OTHER, today=TODAY) == ()


def test_an_action_that_is_late_when_agreed_is_refused(pat):
    with pytest.raises(NotKept, match="late when it is agreed"):
        agree(pat, due=date(2026, 11, 1))
    assert not AgreedAction.objects.exists()


def test_actions_of_a_place_stand_the_latest_first_and_how_punctual_they_are(pat):
    """GOV-30: one completed on time, one completed a week after its day, one overdue: 1 of 3 on time."""
    soon, late, done, slow = (
        agree(pat, due=day) for day in (date(2026, 12, 1), date(2026, 11, 13), date(2026, 11, 20), date(2026, 11, 9))
    )
    change(pat, done, status="complete", evidence="Done")
    change(pat, slow, status="complete", evidence="Done at last")
    stopped = agree(pat, due=date(2026, 11, 3))
    change(pat, stopped, status="stopped", evidence="Not needed")
    found = action_reading.agreed_actions(scope("AAA"), WHOLE, today=TODAY)
    assert [one.pk for one in found][:2] == [late.pk, soon.pk]
    said = action_reading.punctuality(found, TODAY)
    assert (said.on_time, said.concluded, said.late, said.mean_slip_days) == (1, 3, 1, (-4 + 7) / 2)
    assert {one.pk for one in action_reading.agreed_actions(scope("AAA"), SURGERY, today=TODAY, open_only=True)} == {
        late.pk,
        soon.pk,
    }
    assert action_reading.agreed_actions(scope("AAA"), Place(trust="AAA", division="Medicine"), today=TODAY) == ()


def test_the_owner_is_the_nearest_who_was_named(pat):
    service = Place(trust="AAA", division="Surgery", service="C_110")

    def name(place, measure, owner, version=0):
        actions.name_owner(place=place, measure=measure, owner=owner, contact="ext 123", by=pat, version=version)

    name(WHOLE, "", "Chief operating officer")
    name(SURGERY, "", "General manager")
    name(SURGERY, MEASURE, "Waiting list lead")
    found = reading.owners(scope("AAA"))
    assert reading.owner_of(found, service, MEASURE).name == "Waiting list lead"
    assert reading.owner_of(found, service, "other").name == "General manager"
    assert reading.owner_of(found, Place(trust="AAA", division="Medicine"), MEASURE).name == "Chief operating officer"
    assert reading.owner_of(found, OTHER, MEASURE) is None
    assert reading.owners(scope("BBB")) == {}
    with pytest.raises(EditedMeanwhile):
        name(SURGERY, MEASURE, "Somebody else")
    name(SURGERY, MEASURE, "", version=1)
    assert reading.owner_of(reading.owners(scope("AAA")), SURGERY, MEASURE).name == "General manager"


def test_an_accepted_recalculation_gives_the_chart_of_that_place_a_new_section(pat, sam):
    decide(pat)
    where = {"trust": "AAA", "division": "Surgery"}
    assert reading.rebases_of(scope("AAA"), MEASURE, where) == (date(2026, 3, 31),)
    assert reading.rebases_of(scope("AAA"), MEASURE, {"trust": "AAA"}) == ()
    assert reading.rebases_of(scope("AAA"), MEASURE, {}) == ()
    assert reading.rebases_of(scope("AAA"), MEASURE, where, period_kind="week") == ()
    assert reading.rebases_of(scope("BBB"), MEASURE, where) == ()
    assert reading.rebases_by(scope("AAA"), MEASURE, {"trust": "AAA"}, by="division") == {"Surgery": (date(2026, 3, 31),)}
    assert reading.every_rebase(scope("AAA")) == {(SURGERY, MEASURE): (date(2026, 3, 31),)}
    assert reading.breaks_of(scope("AAA"), where) == {}
    with pytest.raises(EditedMeanwhile, match="pat has accepted"):
        decide(sam, "refused", cause="No cause is known")


def test_a_new_way_of_counting_breaks_the_chart_of_that_place_until_it_is_taken_back(pat):
    kept = decide(pat, is_definition_change=True)
    where = {"trust": "AAA", "division": "Surgery"}
    assert reading.breaks_of(scope("AAA"), where) == {MEASURE: (date(2026, 3, 31),)}
    assert reading.breaks_of(scope("AAA"), {"trust": "AAA"}) == reading.breaks_of(scope("BBB"), where) == {}
    assert reading.breaks_of(scope("AAA"), {}) == {}
    actions.take_back_recalculation(pk=kept.pk, trust="AAA", by=pat, because="It is counted as before")
    assert reading.breaks_of(scope("AAA"), where) == {}


def test_a_refused_recalculation_is_kept_and_changes_no_chart(pat):
    decide(pat, "refused", cause="Nobody knows why it moved")
    assert reading.every_rebase(scope("AAA")) == {}
    (found,) = reading.decisions(scope("AAA"), SURGERY)
    assert (found.decision, found.by, found.cause, found.is_accepted) == ("refused", "pat", "Nobody knows why it moved", False)


def test_a_decision_taken_back_stays_in_the_history_and_can_be_taken_anew(pat, sam):
    first = decide(pat)
    actions.take_back_recalculation(pk=first.pk, trust="AAA", by=sam, because="The theatre opened again")
    assert reading.every_rebase(scope("AAA")) == {}
    decide(sam, "refused", cause="Not sustained")
    assert [(one.decision, one.undone_by) for one in reading.decisions(scope("AAA"), SURGERY)] == [
        ("refused", ""),
        ("accepted", "sam"),
    ]
    for pk, trust in ((first.pk, "AAA"), (Recalculation.objects.latest("pk").pk, "BBB")):
        with pytest.raises(EditedMeanwhile):
            actions.take_back_recalculation(pk=pk, trust=trust, by=sam, because="x")


@pytest.mark.parametrize("wrong", [{"decision": "perhaps"}, {"cause": "  "}])
def test_a_decision_without_a_known_cause_is_refused(pat, wrong):
    with pytest.raises(NotKept):
        decide(pat, **wrong)
    assert not Recalculation.objects.exists()


def test_an_alert_is_seen_by_each_person_for_themselves_and_dismissed_for_all(pat, sam):
    other = AlertKey(place=SURGERY, measure=MEASURE, kind="standard_missed", period_end=OCTOBER)
    assert actions.see_alerts(keys=[KEY, other], by=pat) == 2
    assert actions.see_alerts(keys=[KEY], by=pat) == 0
    assert reading.settled(scope("AAA"), "pat") == {KEY, other}
    assert reading.settled(scope("AAA"), "sam") == set()
    actions.dismiss_alert(key=KEY, by=sam, note="The extract was late")
    assert reading.settled(scope("AAA"), "kim") == {KEY}
    assert reading.settled(scope("BBB"), "pat") == set()
    assert reading.marks_of(scope("AAA"))[KEY] == reading.Marked(("pat",), "sam", "The extract was late")
    with pytest.raises(EditedMeanwhile, match="sam has dismissed"):
        actions.dismiss_alert(key=KEY, by=pat, note="Again")
    with pytest.raises(NotKept):
        actions.dismiss_alert(key=other, by=pat, note=" ")
    assert sorted(Change.objects.filter(record="alert").values_list("what", flat=True)) == ["dismissed", "seen", "seen"]


@pytest.mark.parametrize(
    ("act", "table"),
    [
        (write, NarrativeVersion),
        (agree, AgreedAction),
        (decide, Recalculation),
        (lambda by: actions.see_alerts(keys=[KEY], by=by), AlertMark),
    ],
)
def test_nothing_is_kept_if_the_audit_fails(pat, monkeypatch, act, table):
    def refuse(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(Change, "save", refuse)
    with pytest.raises(OSError, match="no space"):
        act(pat)
    assert not table.objects.exists()


def test_the_database_holds_an_ended_action_to_its_evidence(pat):
    action = agree(pat)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreedAction.objects.filter(pk=action.pk).update(status="complete")
    with pytest.raises(IntegrityError), transaction.atomic():
        NarrativeVersion.objects.filter(pk=write(pat).pk).update(locked_in="x")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_the_first_words_at_once_one_is_kept_and_the_other_told():
    """Only PostgreSQL lets two writers in at once; SQLite lets the second in after the first."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    people = [get_user_model().objects.create_user(username=name) for name in ("pat", "sam")]
    start, told = threading.Barrier(2), []

    def run(person):
        start.wait()
        try:
            write(person, f"{person.username}'s words")
        except EditedMeanwhile as error:
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(told), NarrativeVersion.objects.count(), Change.objects.count()) == (1, 1, 1)
