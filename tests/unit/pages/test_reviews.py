"""A division's review: what is out of line, what is said of it and by whom; who may write, and who may not even look."""

import csv
import io
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from clockstop.answers.desk import Desk
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.pages import context
from clockstop.registers.actions.models import AgreedAction
from clockstop.registers.performance.models import MeasureOwner, NarrativeVersion, Recalculation
from clockstop.store.home import Home

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REVIEW = "/reviews/QQA/Surgery"
SLUG = "rtt_incomplete"
SAID = {"division": "Surgery", "month": "2026-10"}


AS_OF = date(2026, 11, 15)
ORGANISATION = """
code = "{code}"
name = "{name}"
is_synthetic = true
[[divisions]]
name = "Surgery"
services = ["100"]
[[divisions]]
name = "Medicine"
services = ["300"]
"""
# Service, days since the referral, how many: surgery's list is even and leaps in October; medicine's steps up once, and stays.
REFERRED = {"QQA": (("100", 600, 12), ("100", 25, 15), ("300", 600, 6), ("300", 330, 9)), "QQB": (("100", 600, 3), ("300", 600, 9))}


def _referrals(code):
    for service, days, many in REFERRED[code]:
        for number in range(many):
            yield {
                "referral_identifier": f"{code}-{service}-{days}-{number}",
                "patient_pathway_identifier": f"{code}-P{service}-{days}-{number}",
                "referral_route": "letter",
                "referral_request_received_date": (AS_OF - timedelta(days=days)).isoformat(),
                "activity_treatment_function_code": service,
            }


@pytest.fixture(scope="module")
def group_home(tmp_path_factory) -> Home:
    """Two trusts whose lists do what a review is to notice."""
    home = Home(tmp_path_factory.mktemp("reviewed"))
    for code, name in (("QQA", "Aldermoor"), ("QQB", "Birkdale")):
        home.organisation_file(code).parent.mkdir(parents=True)
        home.organisation_file(code).write_text(ORGANISATION.format(code=code, name=name))
        file, rows = tmp_path_factory.mktemp(code) / "referrals.csv", list(_referrals(code))
        with file.open("w", newline="") as opened:
            writer = csv.DictWriter(opened, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        load_file(home, file=file, trust=code, dataset="referrals", today=AS_OF)
    refresh(home, as_of=AS_OF)
    return home


@pytest.fixture(scope="module")
def opened(group_home) -> Desk:
    """One desk for all tests of this file: what a snapshot says need not be asked anew for each."""
    return Desk(group_home)


@pytest.fixture
def group(opened, group_home, settings, monkeypatch) -> Desk:
    """The desk that the pages use."""
    settings.HOME = group_home
    monkeypatch.setattr(context, "desk_of_process", lambda: opened)
    return opened


def _page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


def _post(client, address, **said):
    response = client.post(address, said)
    return response.status_code, BeautifulSoup(response.content, "html.parser")


def _text(found):
    return " ".join(found.select_one("main").text.split())


def _write(client, text="More came than could be seen", version=0, slug=SLUG, trust="QQA", **more):
    return _post(client, f"/reviews/{trust}/narrative/{slug}/write", text=text, version=version, **SAID | more)


def test_the_reviews_of_every_division_are_listed_with_the_whole_trust_first(reader):
    found = _page(reader(), "/reviews")
    assert [one["href"] for one in found.select("main tbody a")] == [
        "/reviews/QQA",
        "/reviews/QQA/Medicine",
        "/reviews/QQA/Surgery",
    ]
    assert "Birkdale" not in _text(found)


def test_a_review_says_what_is_out_of_line_and_where_everything_is(reader):
    found = _page(reader(), REVIEW)
    assert found.select_one("h1").text == "Surgery: how was October?"
    box = found.select_one(f"article#{SLUG}")
    assert "Getting worse" in box.text
    assert "No narrative yet for October 2026" in box.text
    hrefs = " ".join(one["href"] for one in box.select("a"))
    for part in (
        "/measures/rtt_incomplete?",
        "/measures/rtt_incomplete/change?",
        "/limits/rtt_incomplete",
        "/narrative/rtt_incomplete",
    ):
        assert part in hrefs
    assert box.select_one("svg.cs-icon")
    matrix = found.select_one("table.cs-matrix")
    assert "Getting worse" in matrix.select("tbody tr")[2].text
    assert "Waiting list" in matrix.select("tbody tr")[2].text


def test_new_limits_are_proposed_where_a_change_lasts_and_refused_ones_stay_away(reader):
    client, address = reader(), f"/reviews/QQA/limits/{SLUG}"
    assert "Waiting list from December 2025" in _text(_page(client, "/reviews/QQA/Medicine"))
    found = _page(client, f"{address}?division=Medicine")
    assert "New limits are proposed from December 2025. Each of the 11 months" in _text(found)
    assert found.select_one("select[name=from_date] option[selected]")["value"] == "2025-12-31"
    said = {
        "division": "Medicine",
        "month": "2026-10",
        "from_date": "2025-12-31",
        "decision": "refused",
        "cause": "Nobody knows why",
    }
    assert _post(client, f"{address}/decide", **said)[0] == 302
    assert "Each of the 11 months" in Recalculation.objects.get().proposed_because
    assert "No new limits are proposed" in _text(_page(client, f"{address}?division=Medicine"))
    assert "Waiting list from December 2025" not in _text(_page(client, "/reviews/QQA/Medicine"))


def test_the_month_stands_in_the_address(reader):
    client = reader()
    assert _page(client, f"{REVIEW}?month=2026-09").select_one("h1").text == "Surgery: how was September?"
    assert "no month" in _text(_page(client, f"{REVIEW}?month=soon", 404))
    assert "no month" in _text(_page(client, f"{REVIEW}?month=0001-01", 404))
    assert "not over" in _text(_page(client, f"{REVIEW}?month=2026-11", 404))
    _page(client, "/reviews/QQA/Nowhere", 404)


def test_a_narrative_is_written_on_the_review_kept_and_written_anew(reader):
    client = reader()
    assert _write(client, recovery="2027-01")[0] == 302
    text = _text(_page(client, REVIEW))
    assert "More came than could be seen" in text
    assert "Back on plan expected in January 2027" in text
    assert _write(client, "A clinic closed", version=1)[0] == 302
    found = _text(_page(client, f"/reviews/QQA/narrative/{SLUG}?division=Surgery&month=2026-10"))
    assert found.index("A clinic closed") < found.index("Earlier versions") < found.index("More came than could be seen")
    kept = NarrativeVersion.objects.get(number=2)
    assert (kept.narrative.month, kept.value, bool(kept.snapshot_id)) == (date(2026, 10, 31), kept.numerator, True)


def test_who_was_overtaken_sees_both_texts_and_loses_nothing(reader):
    client = reader()
    _write(client, "The first words")
    status, found = _write(client, "My own words", version=0)
    assert status == 409
    assert "pat has changed this narrative" in found.select_one(".nhsuk-error-summary").text
    assert "The first words" in found.select_one("main").text
    assert found.select_one("textarea").text.strip() == "My own words"
    # The form now holds the version that stands, so that saving again follows it.
    assert found.select_one("form[action$='/write'] input[name=version]")["value"] == "1"


def test_an_empty_narrative_is_refused_with_its_error(reader):
    status, found = _write(reader(), "  ")
    assert status == 422
    assert "Write the narrative" in found.text


def test_markup_in_a_narrative_is_shown_as_it_was_typed(reader):
    client = reader()
    _write(client, "<script>alert(1)</script>\nsecond line")
    found = _page(client, REVIEW)
    assert "<script>alert(1)</script>" in found.select_one(f"article#{SLUG}").text
    assert not found.select(f"article#{SLUG} script")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"narrative/{SLUG}/write", {"text": "x", "version": 0}),
        (f"owner/{SLUG}", {"owner": "x", "owner_version": 0}),
        ("actions/add", {"text": "x", "owner": "x", "due": "2026-12-01"}),
        (f"limits/{SLUG}/decide", {"from_date": "2026-08-31", "decision": "accepted", "cause": "x"}),
    ],
)
@pytest.mark.parametrize(
    ("role", "trust"), [("group_operations_director", "*"), ("validation_clerk", "QQA"), ("service_manager", "QQB")]
)
def test_who_may_not_write_there_is_refused_and_nothing_is_kept(reader, address, said, role, trust):
    assert _post(reader(role, trust), f"/reviews/QQA/{address}", **SAID | said)[0] == 403
    for table in (NarrativeVersion, MeasureOwner, AgreedAction, Recalculation):
        assert not table.objects.exists()


def test_a_director_reads_the_review_and_is_offered_no_form(reader):
    _write(reader(username="writer"))
    found = _page(reader("group_operations_director", "*"), REVIEW)
    assert "More came than could be seen" in found.text
    assert not found.select("main form[method=post]")


def test_another_trusts_review_narratives_actions_and_alerts_are_closed(reader):
    writer = reader(username="writer")
    _write(writer)
    _post(writer, "/reviews/QQA/actions/add", text="Run a list", owner="Lead", due="2026-12-01", **SAID)
    action = AgreedAction.objects.get()
    other = reader("service_manager", "QQB")
    for address in (
        REVIEW,
        "/reviews/QQA",
        f"/reviews/QQA/narrative/{SLUG}?division=Surgery",
        f"/reviews/QQA/limits/{SLUG}",
        f"/reviews/QQA/actions/{action.pk}",
        "/alerts?trust=QQA",
    ):
        _page(other, address, 403)
    _page(other, f"/reviews/QQB/actions/{action.pk}", 404)
    found = _text(_page(other, "/reviews")) + _text(_page(other, "/alerts"))
    assert "Aldermoor" not in found


def test_an_action_is_agreed_put_off_with_its_reason_and_ended_with_its_evidence(reader):
    client = reader()
    assert (
        _post(client, "/reviews/QQA/actions/add", measure=SLUG, text="Run a list", owner="Lead", due="2026-11-20", **SAID)[0] == 302
    )
    assert "Run a list" in _page(client, REVIEW).select_one(f"article#{SLUG}").text
    action = AgreedAction.objects.get()
    address = f"/reviews/QQA/actions/{action.pk}"
    said = {"text": "Run a list", "owner": "Lead", "due": "2026-12-04", "status": "open", "evidence": "", "version": 1}
    status, found = _post(client, f"{address}/change", **said)
    assert (status, "why the date moves" in found.text) == (422, True)
    assert _post(client, f"{address}/change", **said, due_because="The room is not ready")[0] == 302
    shown = _page(client, address)
    steps = [one["href"].split("?")[0] for one in shown.select(".nhsuk-breadcrumb a")]
    assert steps[-3:] == ["/reviews", "/reviews/QQA", "/reviews/QQA/Surgery"]
    text = _text(shown)
    assert "From 20 November 2026 to 4 December 2026: The room is not ready" in text
    assert "first agreed for 20 November 2026" in text
    ended = said | {"status": "complete", "version": 2}
    assert _post(client, f"{address}/change", **ended)[0] == 422
    assert _post(client, f"{address}/change", **ended | {"evidence": "Minutes of 14 November"})[0] == 302
    assert "Actions that are over: 1" in _text(_page(client, REVIEW))


def test_an_action_without_its_owner_or_in_the_past_is_shown_again_with_what_was_typed(reader):
    client = reader()
    status, found = _post(client, "/reviews/QQA/actions/add", text="Run a list", owner="", due="2026-12-01", **SAID)
    assert status == 422
    assert found.select_one(".nhsuk-error-summary a[href='#owner-none']").text.strip() == "Name who does it"
    assert found.select_one("#text-none")["value"] == "Run a list"
    status, found = _post(client, "/reviews/QQA/actions/add", text="Run a list", owner="Lead", due="2026-11-01", **SAID)
    assert (status, "late when it is agreed" in found.text) == (422, True)
    assert not AgreedAction.objects.exists()


def test_what_is_late_stands_apart_and_on_the_agenda_with_new_limits_and_what_nobody_explained(reader):
    client = reader()
    for text, due in (("Run a list", "2026-11-16"), ("Due today", "2026-11-15")):
        _post(client, "/reviews/QQA/actions/add", text=text, owner="Lead", due=due, **SAID)
    AgreedAction.objects.filter(text="Run a list").update(due=date(2026, 11, 12))
    found = _page(client, REVIEW)
    assert found.select_one("#actions").text == "Late actions: 1 of 2"
    assert "3 days" in found.select_one("#actions").find_next("table").text
    agenda = found.select_one("section[aria-labelledby=agree]")
    said = " ".join(agenda.text.split())
    assert "Run a list, Lead, 3 days late" in said
    missing = len(agenda.select("a[href^='#']"))
    assert f"No narrative yet: {missing}" in said
    assert agenda.select_one(f"a[href='#{SLUG}']")
    _write(client)
    agenda = _page(client, REVIEW).select_one("section[aria-labelledby=agree]")
    assert len(agenda.select("a[href^='#']")) == missing - 1
    proposed = _page(client, "/reviews/QQA/Medicine").select_one(f"section[aria-labelledby=agree] a[href*='/limits/{SLUG}']")
    assert proposed["href"].startswith(f"/reviews/QQA/limits/{SLUG}?division=Medicine")
    on_measure = _page(client, f"/measures/{SLUG}?trust=QQA&division=Medicine")
    assert "New limits are proposed from December 2025. Each of the 11 months" in _text(on_measure)
    assert on_measure.select_one("main a[href*='/limits/']")["href"] == f"/reviews/QQA/limits/{SLUG}?division=Medicine"


def test_what_is_done_says_what_its_measure_did_since_and_when_it_is_too_early(reader):
    client = reader()
    for text in ("Ring them", "Open a clinic"):
        _post(client, "/reviews/QQA/actions/add", text=text, owner="Lead", due="2026-11-20", measure=SLUG, **SAID)
    ended = {"status": "complete", "evidence": "Minutes"}
    AgreedAction.objects.filter(text="Ring them").update(ended_on=date(2026, 11, 3), **ended)
    AgreedAction.objects.filter(text="Open a clinic").update(ended_on=date(2026, 8, 3), **ended)
    worked = " ".join(_page(client, REVIEW).select_one("section[aria-labelledby=worked]").get_text(" ").split())
    assert "Ring them , done on 3 November 2026 by Lead Waiting list : Too early: no whole month has passed since." in worked
    # Twelve waited at the end of September, 27 of October.
    assert "12 on average over the 12 months before, 19.5 on average over the 2 months since. The chart has a signal" in worked
    assert "not why" in worked


def test_a_service_has_its_review_with_narratives_and_actions_that_its_division_sees(reader):
    client, address = reader(), "/reviews/QQA/services/C_100"
    found = _page(client, address)
    assert found.select_one("h1").text == "General Surgery: how was October?"
    assert [one["href"].split("?")[0] for one in found.select("nav a[href^='/reviews/']")][-2:] == ["/reviews/QQA", REVIEW]
    said = {"service": "C_100", "month": "2026-10"}
    status, found = _post(client, f"/reviews/QQA/narrative/{SLUG}/write", text="A surgeon left", version=0, **said)
    assert status == 302
    _post(client, "/reviews/QQA/actions/add", text="Ask for a locum", owner="Lead", due="2026-11-20", measure=SLUG, **said)
    box = _page(client, address).select_one(f"article#{SLUG}").text
    assert "A surgeon left" in box
    assert "Ask for a locum" in box
    division = _page(client, REVIEW)
    assert "A surgeon left" not in division.text
    row = division.select_one("#actions").find_next("table").text
    assert "Ask for a locum" in row
    assert "General Surgery" in row
    assert division.select_one("main a[href^='/reviews/QQA/services/C_100']")
    assert "/reviews/QQA/services/C_100" in str(_page(client, "/trusts/QQA/services/C_100").select_one("main"))
    _page(client, "/reviews/QQA/services/C_999", 404)


def test_the_owner_is_named_and_stands_on_the_review(reader):
    client = reader()
    assert (
        _post(client, f"/reviews/QQA/owner/{SLUG}", owner="Waiting list lead", contact="ext 12", owner_version=0, **SAID)[0] == 302
    )
    assert "Owner: Waiting list lead, ext 12" in " ".join(_page(client, REVIEW).select_one(f"article#{SLUG}").text.split())
    status, found = _post(client, f"/reviews/QQA/owner/{SLUG}", owner="Another", contact="", owner_version=0, **SAID)
    assert (status, "has changed the owner" in found.text) == (409, True)


def test_new_limits_are_decided_by_a_named_person_and_change_the_chart(reader):
    client, address = reader(), f"/reviews/QQA/limits/{SLUG}"
    assert "What was decided" in _text(_page(client, f"{address}?division=Surgery"))
    status, found = _post(client, f"{address}/decide", from_date="2026-08-31", decision="accepted", cause=" ", **SAID)
    assert (status, "Write the change that is known" in found.text) == (422, True)
    said = {"from_date": "2026-08-31", "decision": "accepted", "cause": "A third clinic opened"} | SAID
    assert _post(client, f"{address}/decide", **said)[0] == 302
    assert "Accepted from August 2026 by pat" in _text(_page(client, f"{address}?division=Surgery"))
    assert _post(client, f"{address}/decide", **said)[0] == 409
    decided = Recalculation.objects.get()
    assert _post(client, f"{address}/{decided.pk}/take-back", because="It closed again", **SAID)[0] == 302
    assert "Taken back by pat: It closed again" in _text(_page(client, f"{address}?division=Surgery"))
    other = reader("service_manager", "QQB", "sam")
    assert _post(other, f"{address}/{decided.pk}/take-back", because="x", **SAID)[0] == 403


def test_alerts_are_seen_by_oneself_dismissed_for_all_and_counted_in_the_frame(reader):
    client, other = reader(), reader(username="sam")
    found = _page(client, "/alerts")
    names = [one["value"] for one in found.select("main form")[1].select("input[name=alert]")]
    assert names
    assert f"Alerts ({len(names)} new)" in _page(client, "/reviews").select_one("header").text
    assert _post(client, "/alerts/seen", alert=names[0])[0] == 302
    assert "Seen by pat" in _text(_page(client, "/alerts"))
    assert f"{len(names)} alert" in _text(_page(other, "/alerts"))
    assert _post(other, "/alerts/dismiss", alert=names[0], note="")[0] == 302
    assert "Dismissed by" not in _text(_page(other, "/alerts"))
    _post(other, "/alerts/dismiss", alert=names[0], note="The extract was late")
    assert "Dismissed by sam: The extract was late" in _text(_page(client, "/alerts"))
    clerk = reader("validation_clerk", "QQA", "kim")
    assert _post(clerk, "/alerts/dismiss", alert=names[-1], note="x")[0] == 403
    assert _post(reader("service_manager", "QQB", "bo"), "/alerts/seen", alert=names[-1])[0] == 302
    assert "bo" not in _text(_page(client, "/alerts")).split()


def test_a_review_and_the_alerts_are_taken_away_safe_from_formulas(reader):
    client = reader()
    _write(client, "=1+1")
    response = client.get(f"{REVIEW}?format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    line = next(row for row in rows if row and row[0] == SLUG)
    assert not any(cell.startswith("=") for cell in line)
    assert client.get("/alerts?format=csv").status_code == 200


def test_the_same_service_stands_beside_the_other_trusts_with_whom_to_ask(reader):
    manager = reader(username="manager")
    _post(manager, f"/reviews/QQA/owner/{SLUG}", owner="Lead", contact="", owner_version=0, **SAID)
    found = _page(reader("group_operations_director", "*"), "/trusts/QQA/services/C_100").select_one(
        "section[aria-labelledby=same]"
    )
    assert "Aldermoor" in found.text
    assert "Birkdale" in found.text
    assert found.select("td[data-label=Birkdale]")[1].text == "small number"
    assert "Whom to ask" in found.text
    alone = _page(manager, "/trusts/QQA/services/C_100").select_one("section[aria-labelledby=same]")
    assert "Birkdale" not in alone.text
