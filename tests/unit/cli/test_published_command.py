"""`clockstop published`, as it is typed: what is printed, for people and for programs, and how it ends."""

import json

import pytest

from clockstop.cli.main import run
from published_extracts import both, extract_text


@pytest.fixture
def typed(home, capsys):
    """Type a command and give what it printed."""

    def typed(*arguments):
        with pytest.raises(SystemExit) as ended:
            run(["published", *map(str, arguments)])
        out = capsys.readouterr()
        return ended.value.code or 0, out.out, out.err

    return typed


@pytest.fixture
def january(tmp_path):
    """An extract of January 2026 with so many waiting."""

    def january(count, name="january.csv"):
        file = tmp_path / name
        file.write_text(extract_text([*both(waits={1: count}), *both(waits={1: 2}, commissioner="NONC")]))
        return file

    return january


def test_load_and_show(typed, january):
    """The receipt names month and revision; the figures come back by their keys."""
    code, out, _ = typed("load", january(5))
    _, shown, _ = typed("show", "rtt", "--month", "2026-01", "--format", "json")

    assert (code, "2026-01, revision 1" in out) == (0, True)
    figures = json.loads(shown)
    assert (figures["incomplete"], figures["within_18_weeks"], figures["over_52_weeks"], figures["source"]) == (
        5,
        5,
        0,
        "full extract",
    )


def test_options_choose_what_is_shown(typed, january):
    """NONC, a provider, a treatment function, an older revision."""
    typed("load", january(5), january(7, "later.csv"))

    def incomplete(*options):
        return json.loads(typed("show", "rtt", "--month", "2026-01", "--format", "json", *options)[1])["incomplete"]

    found = [
        incomplete(*options)
        for options in ((), ("--include-nonc",), ("--provider", "rxx"), ("--treatment-function", "100"), ("--revision", "1"))
    ]
    assert found == [7, 9, 7, 7, 5]


def test_text_says_where_figures_come_from(typed, january):
    """A person reads source, revision and licence below the figures."""
    typed("load", january(5))

    out = typed("show", "rtt")[1]

    assert "january.csv, revision 1" in out
    assert "Open Government Licence" in out


def test_a_file_that_does_not_replace_a_revised_one_is_told(typed, january):
    """The receipt says which revision stays in use; the list marks it."""
    out = typed("load", january(6, "january-revised.csv"), january(5))[1]

    assert "Revision 1 (january-revised.csv) stays in use" in out
    assert "(in use, revised)" in typed("list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "rtt", "--month", "January"), "is no month"),
        (("show", "rtt", "--month", "1999-01"), "no month"),
        (("show", "weather"), "no published data set weather"),
        (("show", "dm01"), "No file of dm01 is loaded"),
        (("show", "rtt", "--provider", "RJ1", "--icb", "QKK"), "Give one of"),
        (("show", "rtt", "--provider", "QQQ"), "no provider QQQ"),
        (("show", "rtt", "--treatment-function", "C_998"), "no treatment function C_998"),
        (("load", "none.csv"), "There is no file"),
    ],
)
def test_mistakes_end_in_a_message(typed, arguments, said):
    """Exit code 2, and no traceback."""
    code, _, err = typed(*arguments)

    assert code == 2
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("month", ["2026-1", "202601", "2026/01", "1/2026", "Jan 2026", "january-26"])
def test_a_month_and_a_data_set_are_understood_as_people_write_them(typed, january, month):
    typed("load", january(5))
    code, shown, _ = typed("show", "RTT", "--month", month, "--format", "json")
    assert (code, json.loads(shown)["month"]) == (0, "2026-01")


@pytest.mark.parametrize("month", ["2026", "2026-13", "13/2026", "0126", "Smarch 2026", "26-01"])
def test_what_is_no_month_is_refused_with_what_to_write(typed, month):
    code, _, said = typed("show", "DM01", "--month", month)
    assert code != 0
    assert f"{month} is no month." in said
    assert "Write it as 2026-01" in said


def test_nothing_loaded_is_said(typed):
    """The list of a newcomer."""
    assert "Nothing is loaded" in typed("list")[1]


def test_providers_are_listed(typed):
    """The longest list of the shipped month first."""
    first = typed("list", "--providers")[1].splitlines()[0]

    assert first.startswith("RAJ")


def test_a_run_of_rtt_is_shown_month_by_month(typed, january, tmp_path):
    """Of a provider whose months are loaded; a month without it is left out."""
    later = tmp_path / "february.csv"
    later.write_text(extract_text(both(waits={1: 9}, period="RTT-February-2026")))
    typed("load", january(5), later)

    months = json.loads(typed("series", "rtt", "--key", "incomplete", "--provider", "RXX", "--format", "json")[1])["months"]

    assert [(one["month"], one["value"], one["source_files"]) for one in months] == [
        ("2026-01", 5, ["january.csv"]),
        ("2026-02", 9, ["february.csv"]),
    ]


def test_a_figure_of_rtt_is_traced_to_the_lines_of_its_file(typed, tmp_path):
    """What the lines add up to is the figure; NONC's line is counted only where it is asked for."""
    file = tmp_path / "january.csv"
    rows = [*both(waits={1: 5, 20: 3}), *both(waits={1: 2}, commissioner="02B"), *both(waits={1: 4}, commissioner="NONC")]
    file.write_text(extract_text(rows))
    typed("load", file)

    def traced(*options):
        return json.loads(typed("trace", "rtt", "--month", "2026-01", "--format", "json", *options)[1])

    # The header is line 1, and each total stands after its function.
    whole, within = traced("--key", "incomplete"), traced("--key", "within_18_weeks", "--provider", "RXX")
    nonc = traced("--key", "incomplete", "--include-nonc")
    of_function = traced("--key", "incomplete", "--treatment-function", "100")

    assert [(one["line"], one["commissioner"], one["value"]) for one in whole["lines"]] == [(3, "01A", 8), (5, "02B", 2)]
    assert (whole["value"], whole["part"], len(whole["sha256"])) == (10, "incomplete", 64)
    assert ([one["value"] for one in within["lines"]], within["value"]) == ([5, 2], 7)
    assert [one["line"] for one in nonc["lines"]] == [3, 5, 7]
    assert [one["line"] for one in of_function["lines"]] == [2, 4]


def test_a_trace_of_rtt_tells_what_every_revision_says(typed, january):
    typed("load", january(5), january(7, "january-revised.csv"))
    _, said, _ = typed("trace", "rtt", "--month", "2026-01", "--key", "incomplete", "--provider", "RXX")

    assert "rtt incomplete, 2026-01, RXX: 7" in said
    assert "Revision 1 says: 5  (january.csv)" in said
    assert "Revision 2 says: 7  (january-revised.csv)" in said
    assert "added up of 1 lines of part incomplete" in said


def test_a_trust_of_rtt_is_shown_with_those_that_became_part_of_it(typed, tmp_path):
    """R0A took over RM4, RM2 and RW3: counts are added, medians are not, and a trust that returned nothing is not named."""
    file, period = tmp_path / "april.csv", "RTT-April-2017"
    rows = [*both(waits={1: 5}, provider="RM2", period=period), *both(waits={1: 2, 30: 1}, provider="RW3", period=period)]
    file.write_text(extract_text(rows))
    typed("load", file)
    arguments = ("show", "rtt", "--month", "2017-04", "--provider", "R0A", "--follow")

    found = json.loads(typed(*arguments, "--format", "json")[1])
    _, said, _ = typed(*arguments)

    assert (found["incomplete"], found["within_18_weeks"], found["median_weeks"]) == (8, 7, None)
    assert found["share_within_18_weeks"] == pytest.approx(7 / 8)
    assert found["follow"]["codes"] == ["RM2", "RW3"]
    assert "RM2 + RW3, as R0A would have been" in said
    assert "Added: RM2, part of R0A" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("trace", "rtt", "--key", "nonsense"), "There is no figure nonsense in rtt."),
        (("series", "rtt", "--key", "incomplete", "--cut", "type=1"), "RTT's figures have no cuts"),
        (("show", "rtt", "--follow"), "Give --provider with --follow."),
        (("series", "rtt", "--key", "incomplete", "--provider", "QQ9"), "There is no figure incomplete of QQ9"),
    ],
)
def test_what_rtt_cannot_tell_is_refused(typed, january, arguments, said):
    typed("load", january(5))
    code, _, told = typed(*arguments)
    assert (code, said in told) == (2, True), told
