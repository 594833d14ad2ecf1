"""The page of a plan: drawn, changed, refused, exported; and the plan on the measure's page and the overview."""

import json

import pytest
from bs4 import BeautifulSoup

from clockstop.registers.trajectories.models import Trajectory

pytestmark = pytest.mark.django_db
ADDRESS = "/measures/rtt_within_18_weeks/plan/QQA"
DRAWN = {
    "baseline": "45", "baseline_month": "2026-09", "target": "65", "target_month": "2027-03", "spread": "equal", "tolerance": "1",
    "version": "0",
}  # fmt: skip


def _page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


def _post(client, address, **said):
    response = client.post(address, said)
    return response.status_code, BeautifulSoup(response.content, "html.parser")


def test_a_plan_is_offered_from_the_latest_figure_to_this_years_target(reader):
    found = _page(reader(), ADDRESS)
    assert "no plan yet" in found.select_one("main").text
    values = {one["name"]: one["value"] for one in found.select("main form input[name]")}
    assert (values["baseline_month"], values["target_month"], values["tolerance"]) == ("2026-10", "2027-03", "1")
    assert float(values["target"]) >= 65


def test_a_plan_is_drawn_changed_and_shown_beside_what_came(reader):
    client = reader()
    assert _post(client, f"{ADDRESS}/draw", **DRAWN)[0] == 302
    found = _page(client, ADDRESS)
    rows = [[cell.text.strip() for cell in row.select("th, td")] for row in found.select("tbody tr")]
    assert [row[0] for row in rows][:2] == ["September 2026", "October 2026"]
    assert rows[1][2].endswith("%")
    assert rows[1][4] in ("On plan", "Within tolerance", "Off plan")
    assert rows[-1][2:] == ["", "", ""]
    assert "of 2 months counted so far" in found.select_one(".cs-lead").text
    fields = {one["name"]: one["value"] for one in found.select("tbody input")}
    assert fields["month_2026-10-31"] == "48.3333"
    changed = fields | {"month_2026-10-31": "50", "version": "1"}
    assert _post(client, f"{ADDRESS}/months", **changed)[0] == 302
    plan = Trajectory.objects.get()
    kept = {row.month.isoformat(): row.value for row in plan.months.all()}
    # A month left as it was shown keeps its unrounded value.
    assert (kept["2026-10-31"], kept["2026-11-30"]) == (0.5, pytest.approx(0.45 + 0.2 / 3, abs=1e-12))
    assert "October 2026 50.0% (was 48.3%)" in " ".join(_page(client, ADDRESS).select_one("main").text.split())


def test_the_plan_stands_on_the_measures_page_in_its_chart_and_on_the_overview(reader):
    client = reader()
    _post(client, f"{ADDRESS}/draw", **DRAWN)
    found = _page(client, "/measures/rtt_within_18_weeks?trust=QQA")
    assert "Plan for October 2026" in found.select_one("dl.cs-facts").text
    assert "48.3%" in found.select_one("dl.cs-facts").text
    specification = json.loads(found.select_one("#run-spec").string)
    ends = [row.get("end") for layer in specification["layer"] for row in layer.get("data", {}).get("values", [])]
    assert "2027-03-01" in ends
    overview = _page(client, "/")
    assert "the plan of 48.3%" in overview.select_one("main").text
    other = _page(client, "/measures/rtt_within_18_weeks?trust=QQA&period=week")
    assert "Plan for" not in other.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"baseline": "145"}, "100"),
        ({"target": "many"}, "number"),
        ({"baseline_month": "last"}, "YYYY-MM"),
        ({"target_month": "2026-08"}, "month for the target"),
        ({"version": "4"}, "changed this plan"),
        ({"spread": "by feel"}, "valid choice"),
    ],
)
def test_what_cannot_be_a_plan_is_said_and_nothing_is_kept(reader, wrong, said):
    status, found = _post(reader(), f"{ADDRESS}/draw", **DRAWN | wrong)
    assert status in (409, 422)
    assert said in found.select_one(".nhsuk-error-summary").text
    assert not Trajectory.objects.exists()


def test_a_month_that_is_no_number_is_said_beside_it(reader):
    client = reader()
    _post(client, f"{ADDRESS}/draw", **DRAWN)
    fields = {one["name"]: one["value"] for one in _page(client, ADDRESS).select("tbody input")}
    status, found = _post(client, f"{ADDRESS}/months", **fields | {"month_2026-11-30": "x", "version": "1"})
    assert status == 422
    assert "number" in found.select_one("tbody .nhsuk-error-message").text


def test_a_reader_sees_the_plan_and_may_not_change_it(reader):
    _post(reader(), f"{ADDRESS}/draw", **DRAWN)
    viewer = reader(role="group_viewer", trust="*", username="kim")
    found = _page(viewer, ADDRESS)
    assert not found.select("main form")
    assert _post(viewer, f"{ADDRESS}/draw", **DRAWN)[0] == 403
    assert _post(viewer, f"{ADDRESS}/delete")[0] == 403
    assert Trajectory.objects.count() == 1


def test_the_plan_of_another_trust_is_out_of_reach(reader):
    client = reader()
    assert client.get("/measures/rtt_within_18_weeks/plan/QQB").status_code == 403
    assert _post(client, "/measures/rtt_within_18_weeks/plan/QQB/draw", **DRAWN)[0] == 403
    assert client.get(f"{ADDRESS}?service=C_999").status_code == 404


def test_a_plan_of_a_service_is_its_own_and_can_be_taken_away(reader):
    client = reader()
    _post(client, f"{ADDRESS}/draw?service=C_100", **DRAWN)
    assert Trajectory.objects.get().service == "C_100"
    assert "no plan yet" in _page(client, ADDRESS).select_one("main").text
    assert _post(client, f"{ADDRESS}/delete?service=C_100")[0] == 302
    assert not Trajectory.objects.exists()


def test_the_plan_is_taken_as_a_table(reader):
    client = reader()
    _post(client, f"{ADDRESS}/draw", **DRAWN)
    lines = b"".join(client.get(f"{ADDRESS}?format=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "measure,trust,service,month,plan,actual,gap,standing,is_withheld"
    assert len(lines) == 8
    assert lines[1].startswith("rtt_within_18_weeks,QQA,,2026-09-30,0.45,")


def test_who_was_overtaken_sees_both_plans_and_can_save_over_the_one_that_stands(reader):
    client = reader()
    _post(client, f"{ADDRESS}/draw", **DRAWN)
    fields = {one["name"]: one["value"] for one in _page(client, ADDRESS).select("tbody input")}
    assert _post(client, f"{ADDRESS}/months", **fields | {"month_2026-11-30": "55", "version": "1"})[0] == 302
    mine = fields | {"month_2026-11-30": "56"}
    status, found = _post(client, f"{ADDRESS}/months", **mine | {"version": "1"})
    assert status == 409
    assert "What stands now, written by pat" in found.select_one("[aria-label='What stands now']").text
    field = found.select_one("input[name='month_2026-11-30']")
    assert (field["value"], "stands at 55" in field.parent.text) == ("56", True)
    version = found.select_one("form[action*='/months'] input[name=version]")["value"]
    assert _post(client, f"{ADDRESS}/months", **mine | {"version": version})[0] == 302
    assert (
        _post(client, f"{ADDRESS}/draw", **DRAWN | {"version": "1"})[1].select_one("form[action*='/draw'] input[name=version]")[
            "value"
        ]
        == "3"
    )
    _post(client, f"{ADDRESS}/delete", version="1")
    assert Trajectory.objects.exists()
