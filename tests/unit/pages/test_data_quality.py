"""The data-quality pages: the map, rules with causes and records, what is said of a record; kite marks, signed and closed."""

import csv
from datetime import date

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord
from clockstop.registers.core.models import Change
from clockstop.registers.data_quality.models import RecordAnswer, SignOff
from clockstop.store import frozen_marks
from clockstop.store.home import Home
from quality_tables import OTHER, RULE, tables
from written_snapshots import AS_OF, NAMES, write_tables

ORGANISATION = """
code = "{code}"
name = "{name}"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["100"]
[[sites]]
code = "{code}1"
name = "{name} Infirmary"
"""
RULE_PAGE = f"/data/quality/rule/{RULE}"
PAGE = "/measures/rtt_within_18_weeks/quality"
OCTOBER = {"trust": "QQA", "month": "2026-10"}
SIGN = f"{PAGE}/QQA/2026-10/sign"


@pytest.fixture(scope="module")
def quality_home(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("quality_pages"))
    write_tables(home, AS_OF, tables())
    for code, name in NAMES.items():
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(ORGANISATION.format(code=code, name=name))
    return home


@pytest.fixture
def visitor(db, settings, monkeypatch, quality_home):
    """Sign somebody in with a role over the snapshot of rules."""
    from django.test import Client

    from clockstop.accounts.models import Membership, User
    from clockstop.pages import context

    monkeypatch.setenv("CLOCKSTOP_HOME", str(quality_home.root))
    settings.HOME = quality_home
    context.desk_of_process.cache_clear()

    def sign_in(role="information_analyst", trust="QQA", username="pat"):
        user = User.objects.create_user(username=username)
        Membership.objects.create(user=user, trust=trust, role=role)
        client = Client()
        client.force_login(user)
        return client

    yield sign_in
    context.desk_of_process.cache_clear()


def text_of(response):
    return response.content.decode()


def lines_of(response):
    return b"".join(response.streaming_content).decode("utf-8-sig").splitlines()


def test_the_map_leads_to_the_worst_rule_and_to_the_flags(visitor):
    text = text_of(visitor().get("/data/quality"))
    assert f"/data/quality/rule/{RULE}?trust=QQA" in text
    assert "1.8%" in text  # 60 of 3,300
    assert "60 current records to mend" in text
    assert 'href="/quality"' in text


def test_a_dataset_shows_its_rules_and_why_some_are_not_judged(visitor):
    client = visitor()
    text = text_of(client.get("/data/quality/appointments"))
    assert "Clinic code missing" in text
    assert "Not judged" in text
    assert len(lines_of(client.get("/data/quality/appointments", {"format": "csv"}))) > 10
    assert client.get("/data/quality/nothing").status_code == 404
    assert "Clinic code missing" not in text_of(client.get("/data/quality/appointments", {"kind": "validity"}))


def test_a_rule_shows_its_causes_trend_and_records_and_the_look_is_recorded(visitor):
    text = text_of(visitor().get(RULE_PAGE))
    assert "come from one clinic, since the week of 5 October 2026" in text
    assert "far beyond the others" in text
    assert "60 records to look at" in text
    assert "QQA-A1" in text
    seen = AccessRecord.objects.get(what="show_quality_rule")
    assert (seen.rows, seen.detail) == (50, RULE)


def test_a_record_leads_to_its_row_and_what_was_set_aside_says_why_in_words(visitor):
    client = visitor()
    page = BeautifulSoup(client.get(RULE_PAGE).content, "html.parser")
    first = page.select_one("tr[data-row]")
    link = first.select_one("td[data-label=Load] a")
    number = first.select_one("th").get_text().split("-A")[1].split("H")[0]
    assert link["href"] == f"/data/QQA/appointments/0001-20261102T060000/rows/{number}"
    assert link.get_text() == f"Load 1, row {number}"
    aside = f"/data/quality/rule/{OTHER}"
    said = BeautifulSoup(client.get(aside).content, "html.parser").select_one("td[data-label='What was found']").get_text()
    assert said == "clinic code: the code is not in the list; A required cell is empty (set aside at the door)"
    assert "clinic code: the code is not in the list" in lines_of(client.get(aside, {"format": "csv"}))[1]


def test_a_reader_without_patients_sees_counts_and_no_record(visitor):
    client = visitor("group_operations_director", "*")
    text = text_of(client.get(RULE_PAGE))
    assert "QQA-A1" not in text
    assert "withheld" in text
    assert "who may see a trust’s patients can open them" in text
    assert client.get(RULE_PAGE, {"format": "csv"}).status_code == 403
    assert "withheld" in text_of(client.get("/data/quality"))
    assert not AccessRecord.objects.filter(what="show_quality_rule").exclude(action="refused").exists()


def test_records_are_taken_away_as_filtered_and_no_cell_is_a_formula(visitor):
    lines = lines_of(visitor().get(RULE_PAGE, {"source_place": "EYE1", "past": "yes", "format": "csv"}))
    assert len(lines) == 1 + 5
    assert "'=clinic empty" in lines[1]
    assert AccessRecord.objects.get(what="show_quality_rule", action="exported").rows == 5


def test_records_are_answered_leave_the_list_and_come_back(visitor):
    client = visitor()
    chosen = {
        "record": ["QQA:QQA-A1", "QQA:QQA-A2", "QQA:made-up", "QQA:nu\0l"],
        "state": "fixed",
        "note": "in PAS",
        "back": RULE_PAGE,
    }
    text = text_of(client.post(f"{RULE_PAGE}/answer", chosen, follow=True))
    assert "2 records: fixed at source." in text
    assert "58 records to look at" in text
    assert "QQA-A2" in text_of(client.get(RULE_PAGE, {"state": "fixed"}))
    assert "taken back on 2 records" in text_of(client.post("/data/quality/undo", {"back": RULE_PAGE}, follow=True))
    assert not RecordAnswer.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"state": "fixed"}, "No record was chosen"),
        ({"state": "wrong", "record": ["QQA:QQA-A1"]}, "fixed at source, or accepted"),
        ({"state": "fixed", "record": [f"QQA:{number}" for number in range(251)]}, "At most 250"),
    ],
)
def test_what_cannot_be_answered_changes_nothing(visitor, said, why):
    assert why in text_of(visitor().post(f"{RULE_PAGE}/answer", said | {"back": RULE_PAGE}, follow=True))
    assert not RecordAnswer.objects.exists()


def test_records_of_another_trust_are_not_answered(visitor):
    client = visitor()
    response = client.post(f"{RULE_PAGE}/answer", {"record": ["QQB:QQB-A1"], "state": "fixed"})
    assert response.status_code == 403
    assert client.get(RULE_PAGE, {"trust": "QQB"}).status_code == 403
    assert client.get("/data/quality/rule/appointments.nothing").status_code == 404


def test_nothing_to_take_back_is_said(visitor):
    assert "nothing of yours" in text_of(visitor().post("/data/quality/undo", {"back": "/data/quality"}, follow=True))


def test_a_badge_stands_beside_each_figure_and_says_its_mark_aloud(visitor):
    client = visitor()
    for address in ("/measures", "/measures/rtt_within_18_weeks?trust=QQA"):
        text = text_of(client.get(address))
        assert "/measures/rtt_within_18_weeks/quality?month=2026-10&amp;trust=QQA" in text
        assert "Data quality of " in text


def test_the_page_gives_a_sentence_for_each_dimension(visitor):
    text = text_of(visitor().get(PAGE, OCTOBER))
    for words in ("Source", "Timeliness", "Completeness", "Sign-off", "Audit", "Method"):
        assert f"<strong>{words}</strong>" in text
    assert "Nobody has signed it." in text
    assert "No audit of the last 12 months is known." in text
    assert "Counted by RTT-" in text


def test_all_trusts_stand_side_by_side_and_the_mark_is_taken_away(visitor):
    client = visitor("group_operations_director", "*")
    text = text_of(client.get(PAGE))
    assert "Marks of our trusts, October 2026" in text
    assert "Birkdale" in text
    rows = b"".join(client.get(PAGE, {"format": "csv"}).streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 2 * 6


def test_the_points_of_a_measure_leave_with_their_mark(visitor):
    text = b"".join(visitor().get("/measures/rtt_within_18_weeks", {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert " of 6 met" in next(csv.DictReader(text.splitlines()))["kite_mark"]


def test_a_month_is_signed_its_mark_is_kept_and_the_signature_can_be_taken_back(visitor):
    client = visitor()
    text = text_of(client.post(SIGN, {"note": "against the return"}, follow=True))
    assert "You signed October 2026 as right" in text
    assert "pat signed it on" in text
    assert "against the return" in text
    kept = SignOff.objects.get()
    assert (kept.trust, kept.month, kept.by_name, kept.mark["month"]) == ("QQA", date(2026, 10, 31), "pat", "2026-10-31")
    assert kept.value is not None
    assert "has signed this month already" in text_of(client.post(SIGN, follow=True))
    text = text_of(client.post(SIGN.replace("sign", "unsign"), follow=True))
    assert "was taken back" in text
    assert "Nobody has signed it." in text
    assert [change.what for change in Change.objects.filter(record="sign_off")] == ["take back", "sign"]
    assert "Nobody has signed this month" in text_of(client.post(SIGN.replace("sign", "unsign"), follow=True))


def test_a_figure_that_changed_since_it_was_signed_says_so(visitor):
    client = visitor()
    client.post(SIGN)
    SignOff.objects.update(numerator=1.0)
    assert "the figure has changed since" in text_of(client.get(PAGE, OCTOBER))


@pytest.mark.parametrize(
    ("role", "trust", "address", "status"),
    [
        ("group_operations_director", "*", SIGN, 403),
        ("service_manager", "QQA", SIGN.replace("QQA", "QQB"), 403),
        ("service_manager", "QQA", SIGN.replace("2026-10", "soon"), 404),
        ("service_manager", "QQA", SIGN.replace("2026-10", "2027-10"), 404),
    ],
)
def test_who_may_not_sign_and_what_cannot_be(visitor, role, trust, address, status):
    assert visitor(role, trust).post(address).status_code == status
    assert not SignOff.objects.exists()


def test_the_month_that_runs_cannot_be_signed(visitor):
    assert "not over in the data" in text_of(visitor().post(SIGN.replace("2026-10", "2026-11"), follow=True))


def test_a_closed_month_keeps_its_mark(visitor, quality_home):
    """What the data said at the close stays, whatever later data would say; what people say since is shown."""
    from clockstop.answers import kite_marks
    from clockstop.answers.desk import Desk
    from clockstop.answers.scope import Scope

    scope = Scope(trusts=frozenset({"QQA"}), may_see_patients=frozenset(), user="x", role="y")
    marks = [one.as_dict() for one in kite_marks.marks_of_return(scope, Desk(quality_home), "QQA", date(2026, 9, 30))]
    for answer in marks[0]["answers"]:
        answer["why"] = "As it was at the close."
    frozen_marks.keep(quality_home, "QQA", "2026-09", 1, marks)
    text = text_of(visitor().get(f"/measures/{marks[0]['measure']}/quality", {"trust": "QQA", "month": "2026-09"}))
    assert text.count("As it was at the close.") == 4
    assert "Kept as it stood when the month’s return was closed" in text
    assert "Nobody has signed it." in text
