"""The API gives what the pages show, to those who may see it there, by keys that can be made, narrowed and revoked."""

import csv
import io

import pytest
from django.test import Client

from clockstop.accounts import tokens
from clockstop.accounts.models import AccessRecord, ApiToken, Membership, User
from clockstop.pages.api import door
from clockstop.pages.api.site import schema


@pytest.fixture
def caller(reader):
    """A function that makes a caller with a token of its own: `call(path, **query)` gives the answer."""

    def make(role="information_analyst", trust="QQA", *, username="ann", patients=True, **more):
        user = User.objects.create_user(username=username)
        Membership.objects.create(user=user, trust=trust, role=role)
        _, key = tokens.make_token(by=user, name="test", may_see_patients=patients, **more)
        return lambda path, **query: Client().get(f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {key}"})

    reader()
    return make


def lines(response) -> list[dict]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_token_says_whose_it_is(caller):
    said = caller()("me").json()
    assert (said["user"], said["token"], said["trusts"], said["patients_of"]) == ("ann", "test", ["QQA"], ["QQA"])
    assert caller(username="bob", patients=False)("me").json()["patients_of"] == []


def test_nobody_reads_without_a_key_and_every_error_has_one_shape(caller):
    call = caller()
    answers = [
        (Client().get("/api/v1/me"), 401),
        (Client().get("/api/v1/me", headers={"Authorization": "Bearer cs_wrong"}), 401),
        (Client().get("/api/v1/me", headers={"Authorization": "Basic YTpi"}), 401),
        (call("series", measure="rtt_within_18_weeks", trust="QQB"), 403),
        (call("measures/nothing"), 404),
        (call("nothing"), 404),
        (call("measures", page_size=100_000), 400),
        (call("measures", page="x"), 400),
        (call("measures", famly="rtt"), 400),
        (call("series", measure="rtt_within_18_weeks", by="patient_pathway_identifier"), 400),
        (Client().post("/api/v1/me"), 405),
    ]
    for response, status in answers:
        assert response.status_code == status, response.content
        said = response.json()
        assert sorted(said) == ["do", "status", "what", "where"]
        assert said["status"] == status
        assert said["what"]
    assert answers[0][0].headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_opens_nothing_from_that_instant(caller):
    call = caller()
    assert call("me").status_code == 200
    token = ApiToken.objects.get(user__username="ann")
    tokens.revoke_token(by=token.user, token=token)
    assert call("me").status_code == 401


def test_wrong_keys_are_not_looked_at_for_ever_and_a_right_one_still_opens(caller):
    call = caller()
    wrong = [Client().get("/api/v1/me", headers={"Authorization": f"Bearer cs_{n}"}) for n in range(tokens.MOST_FAILURES + 1)]
    assert {one.status_code for one in wrong[:-1]} == {401}
    assert wrong[-1].status_code == 429
    assert int(wrong[-1].headers["Retry-After"]) > 0
    assert call("me").status_code == 200


def test_too_many_calls_in_a_minute_are_told_to_wait(caller, monkeypatch):
    monkeypatch.setattr(door, "MOST_CALLS_A_MINUTE", 0)
    response = caller(username="in-a-hurry")("me")
    assert (response.status_code, response.json()["status"]) == (429, 429)
    assert 0 < int(response.headers["Retry-After"]) <= 60


def test_a_session_of_the_site_reads_too(reader):
    assert reader(username="sid").get("/api/v1/me").json()["user"] == "sid"


def test_pages_of_rows_neither_repeat_nor_miss_one(caller):
    call = caller()
    whole = call("measures", page_size=1000).json()
    found, response = [], call("measures", page_size=7).json()
    found += response["items"]
    while response["next"]:
        path, _, query = response["next"].partition("/api/v1/")[2].partition("?")
        response = call(path, **dict(part.split("=") for part in query.split("&"))).json()
        found += response["items"]
    assert [one["slug"] for one in found] == [one["slug"] for one in whole["items"]]
    assert whole["total"] == len(found) > 7
    assert whole["next"] is None


def test_a_series_is_that_of_the_page(caller, group):
    from clockstop.answers.scope import Scope
    from clockstop.answers.series import series

    scope = Scope(trusts=frozenset({"QQA"}), may_see_patients=frozenset({"QQA"}), user="", role="")
    (wanted,) = series(scope, group, "rtt_within_18_weeks", period_kind="month", where={"trust": "QQA"}, last=3)
    call = caller()
    items = call("measures/rtt_within_18_weeks/series", trust="QQA", last=3).json()["items"]
    assert [(one["numerator"], one["denominator"], one["value"]) for one in items] == [
        (one.numerator, one.denominator, one.value) for one in wanted.points
    ]
    rows = lines(call("measures/rtt_within_18_weeks/series", trust="QQA", last=3, format="csv"))
    assert [float(row["denominator"]) for row in rows] == [one.denominator for one in wanted.points]


def test_a_place_among_trusts_says_of_which_month_its_figure_is(caller):
    """NHS England's month is January; ours is the last of the snapshot, and a program must be able to tell."""
    items = caller()("measures/rtt_within_18_weeks/benchmark", trust="QQA", page_size=1000).json()["items"]
    months = {basis: {one["month"] for one in items if one["basis"] == basis} for basis in ("published", "own extract")}
    assert months == {"published": {"2026-01"}, "own extract": {"2026-10"}}


def test_small_numbers_of_another_trust_are_withheld(caller):
    """QQB has nine pathways: of a service few. Who is not cleared gets no figure, only that it is withheld."""
    call = caller(role="group_viewer", trust="*", patients=False)
    items = call("measures/rtt_within_18_weeks/series", trust="QQB", by="service", last=1).json()["items"]
    hidden = [one for one in items if one["is_suppressed"]]
    assert hidden
    assert {(one["numerator"], one["denominator"], one["value"]) for one in hidden} == {(None, None, None)}


def test_rows_of_patients_are_recorded_with_the_token_and_withheld_from_others(caller):
    call = caller()
    whole = call("lists/ptl", page_size=5).json()
    assert (len(whole["items"]), whole["total"]) == (5, 40)
    assert {one["trust"] for one in whole["items"]} == {"QQA"}
    record = AccessRecord.objects.get(action="exported")
    assert (record.username, record.what, record.rows) == ("ann", "api_list_ptl_rows", 5)
    assert ApiToken.objects.get(user__username="ann").hint in record.detail
    assert call("lists/ptl", trust="QQB").status_code == 403
    assert AccessRecord.objects.filter(action="refused", trust="QQB").count() == 1
    assert caller(username="bob", patients=False)("lists/ptl").status_code == 403
    assert caller(username="val", role="validation_clerk")("lists/ptl").status_code == 403
    assert caller(username="vi", role="group_viewer", trust="*", patients=False)("lists/ptl").status_code == 403


def test_a_list_is_filtered_as_its_page_is_and_a_filter_it_lacks_is_an_error(caller):
    call = caller()
    some = call("lists/ptl", breach_of=18, page_size=50).json()
    assert {one["days_waited"] > 126 for one in some["items"]} == {True}
    assert 0 < some["total"] < 40
    assert call("lists/ptl", weeks_form=18).status_code == 400
    assert call("lists/ptl", weeks_from="many").status_code == 400
    assert call("lists/ptl", sort="nothing").status_code == 400
    rows = lines(call("lists/ptl", format="csv"))
    assert len(rows) == 40
    assert list(rows[0])[:3] == ["Trust", "Hospital number", "Pathway"]


def test_every_call_is_described_and_answers(caller):
    """Each path of the description answers an analyst; none needs more than its path."""
    call = caller()
    filled = {"{measure}": "rtt_within_18_weeks", "{slug}": "dm01"}
    for path, operations in schema()["paths"].items():
        assert sorted(operations["get"]["responses"], key=str)[:1] == [200]
        assert operations["get"]["description"]
        address = path.removeprefix("/api/v1/")
        for name, value in filled.items():
            address = address.replace(name, value)
        query = {"measure": "rtt_within_18_weeks"} if address in ("series",) else {}
        assert call(address, **query).status_code in ((404,) if "dm01" in address else (200,)), address


def test_the_page_of_the_api_names_every_call_and_loads_nothing_from_elsewhere(client, group):
    text = client.get("/api/").content.decode()
    assert [path for path in schema()["paths"] if f"GET {path}" not in text] == []
    assert client.get("/api/openapi.json").json()["openapi"].startswith("3.")
    sources = [part.split('"')[0] for part in text.split('src="')[1:]]
    assert [source for source in sources if not source.startswith("/static/")] == []


def test_a_key_is_shown_once_on_the_page_and_revoked_there(reader):
    browser = reader()
    made = browser.post("/account/tokens/add", {"name": "Excel", "days": "90", "trust": "", "may_see_patients": "on"})
    key = made.content.decode().split('id="key"')[1].split('value="')[1].split('"')[0]
    assert tokens.token_of(key).may_see_patients
    again = browser.get("/account/tokens").content.decode()
    assert key not in again
    assert key[:9] in again
    token = ApiToken.objects.get()
    other = reader(username="sam")
    assert other.post(f"/account/tokens/{token.pk}/revoke").status_code == 404
    browser.post(f"/account/tokens/{token.pk}/revoke")
    assert tokens.token_of(key) is None
    assert browser.post("/account/tokens/add", {"name": "", "days": "90"}).status_code == 400
    assert browser.post("/account/tokens/add", {"name": "x", "days": "90", "trust": "QQB"}).status_code == 400
