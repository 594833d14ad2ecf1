"""A pathway in words: the question that it raises, its 18 weeks, and care with the dead."""

from datetime import date

from clockstop.answers.happenings import happenings
from clockstop.answers.lanes import Lane, rtt_lane
from clockstop.answers.pathways import BOOKING_TITLES, Booking, Clock, Pathway, Turn
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.pages import timeline_words as words

AS_OF = date(2026, 11, 15)


def clock(start=date(2026, 6, 22), end=None, **more) -> Clock:
    days = None if more.get("is_nullified") else ((end or AS_OF) - start).days
    parts = {
        "period_number": 1,
        "end_status": "",
        "is_nullified": False,
        "days_waited": days,
        "breach_date": date(2026, 10, 26),
        "start_rule": "RTT-R01",
        "end_rule": "",
        "start_sentence": "",
        "end_sentence": "",
    }
    return Clock(start_date=start, end_date=end, **parts | more)


def pathway(*clocks, turns=(), bookings=(), beside=()) -> Pathway:
    lanes = (*((rtt_lane("P1", clocks, turns),) if clocks or turns else ()), *beside)
    return Pathway(
        trust="QQA",
        patient_pathway_identifier="P1",
        local_patient_identifier="",
        service="C_100",
        service_title="General surgery",
        consultant="",
        priority="1",
        as_of=AS_OF,
        turns=turns,
        clocks=clocks,
        bookings=bookings,
        summary=("You have waited 20 weeks.",),
        lanes=lanes,
        happenings=happenings(lanes),
    )


def turn(event_type, status="") -> Turn:
    return Turn(date(2026, 11, 1), 1, event_type, EVENT_TYPES[event_type], "RTT-R27", "", "", None, status=status)


def test_every_event_type_has_short_words_for_the_drawing():
    assert set(words.SHORT_WORDS) == set(EVENT_TYPES)
    assert max(len(said) for said, _ in words.SHORT_WORDS.values()) <= 26


def test_the_title_is_the_question_that_the_clock_raises():
    nullified = clock(end=date(2026, 7, 1), end_status="33", is_nullified=True)
    assert words.question(pathway(clock())) == "Why does the clock say 20 weeks, 6 days?"
    assert words.question(pathway(clock(end=date(2026, 7, 6), end_status="30"))) == "Why did the clock stop at 2 weeks?"
    assert words.question(pathway(nullified)) == "Why does no clock run?"
    assert words.question(pathway()) == "Why does no clock run?"


def test_a_death_is_known_from_the_clock_the_event_or_the_status():
    assert words.has_died(pathway(clock(end=AS_OF, end_status="36")))
    assert words.has_died(pathway(clock(), turns=(turn("death_notified"),)))
    assert words.has_died(pathway(clock(), turns=(turn("attend", status="36"),)))
    assert not words.has_died(pathway(clock(), turns=(turn("attend", status="20"),)))
    assert words.question(pathway(clock(end=AS_OF, end_status="36"))) == "What happened on this pathway?"


def test_eighteen_weeks_are_said_as_people_say_them():
    assert words.eighteen_weeks(clock(), AS_OF) == "18 weeks passed on 26 October 2026, 2 weeks, 6 days ago."
    assert words.eighteen_weeks(clock(), date(2026, 10, 26)) == "18 weeks are reached today, 26 October 2026."
    assert words.eighteen_weeks(clock(), date(2026, 10, 19)) == "18 weeks on 26 October 2026, in 1 week."
    assert words.eighteen_weeks(clock(end=date(2026, 7, 6)), AS_OF) == "18 weeks would have been on 26 October 2026."


def test_only_an_admission_is_said_to_stop_the_clock():
    admission = Booking("tci", BOOKING_TITLES["tci"], date(2026, 11, 27))
    visit = Booking("appointment", "Appointment", date(2026, 11, 27))
    assert words.stops_at(pathway(clock()), admission) == "If treated then, the clock stops at 22 weeks, 4 days."
    assert words.stops_at(pathway(clock()), visit) == ""
    assert words.stops_at(pathway(clock(end=AS_OF, end_status="30")), admission) == ""


def test_the_drawing_has_every_clock_and_event_with_the_booked_ones_hollow():
    booked = Booking("tci", BOOKING_TITLES["tci"], date(2026, 11, 27))
    drawn = words.drawing(pathway(clock(), turns=(turn("attend"),), bookings=(booked,)))
    said = {shape.words for shape in drawn.shapes if hasattr(shape, "words")}
    assert {"Running, 20 weeks, 6 days", "Seen", "To come in (TCI)"} <= said


def scan(*clocks, **more) -> Lane:
    about = {"clock": "scan", "title": "Diagnostic test", "name": "MRI", "patient_pathway_identifier": "P1", "within_days": 41}
    return Lane(**about | {"clocks": clocks, "turns": (), "source": "scans"} | more)


def test_another_clock_is_named_by_its_limit_in_days():
    began = clock(start=date(2026, 10, 1), breach_date=date(2026, 11, 11))
    assert words.limit_in_words(scan(began), began, AS_OF) == "4 days over its limit"
    assert words.limit_in_words(scan(began), began, date(2026, 11, 11)) == "0 days left, to 11 November 2026"
    done = clock(start=date(2026, 10, 1), end=date(2026, 11, 11), breach_date=date(2026, 11, 11), end_words="Test done")
    assert words.limit_in_words(scan(done), done, AS_OF) == "within its limit"
    assert words.bar_words(scan(done), done) == "MRI: test done, 41 days"
    assert words.wait_in_units(scan(), 41) == "day 41"


def test_a_pathway_that_rtt_does_not_know_asks_about_its_own_clock():
    found = pathway(beside=(scan(clock(start=date(2026, 10, 1), breach_date=date(2026, 11, 11))),))
    assert words.question(found) == "Why does the clock say 45 days?"
    said = {shape.words for shape in words.drawing(found).shapes if hasattr(shape, "words")}
    assert {"Diagnostic test", "MRI: running, 45 days", "Day 41, 11 Nov"} <= said
    assert "RTT" not in said


def test_lanes_lie_beneath_one_another_and_another_pathway_is_named():
    other = scan(clock(start=date(2026, 9, 1), end=date(2026, 9, 20), breach_date=date(2026, 10, 12)), is_other=True,
                 patient_pathway_identifier="P2")  # fmt: skip
    drawn = words.drawing(pathway(clock(), beside=(scan(clock(start=date(2026, 10, 1))), other)))
    at = {shape.words: shape.y for shape in drawn.shapes if hasattr(shape, "words")}
    assert at["RTT"] < at["Running, 20 weeks, 6 days"] + 20 < at["MRI: running, 45 days"] < at["pathway P2"] < at["Events"]
    assert "3 kinds of clock" in drawn.description


def test_what_ran_on_another_pathway_before_this_one_began_is_left_to_the_table():
    before = scan(clock(start=date(2025, 1, 1), end=date(2025, 2, 1)), is_other=True, patient_pathway_identifier="P2")
    said = {shape.words for shape in words.drawing(pathway(clock(), beside=(before,))).shapes if hasattr(shape, "words")}
    assert "pathway P2" not in said
