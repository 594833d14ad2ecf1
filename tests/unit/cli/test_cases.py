"""`clockstop cases`: what is printed, and the exit code."""

import pytest

from clockstop.cli import main

GOOD = """
cases:
- {id: A, kind: rtt_band, title: a day, inputs: {start: 2026-03-02, census: 2026-03-03}, expected: {days: 1}}
- {id: B, calc: working_days_after, inputs: {from: "2026-12-24", n: 3}, expected: {due: 2026-12-31}}
"""
WRONG = "- {id: C, kind: rtt_band, inputs: {start: 2026-03-02, census: 2026-03-03}, expected: {days: 2, band: '>1-2'}}"
UNKNOWN = "- {id: D, kind: of_no_kind, inputs: {}, expected: {days: 2}}"


def run(capsys, tmp_path, text, *options):
    """The exit code and what was printed."""
    file = tmp_path / "cases.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        main.run(["cases", str(file), *options])
    except SystemExit as ended:
        code = ended.code
    else:
        code = 0
    printed = capsys.readouterr()
    return code or 0, printed.out + printed.err


def test_all_pass(capsys, tmp_path):
    code, printed = run(capsys, tmp_path, GOOD)
    assert code == 0
    assert "pass          A         rtt_band: a day" in printed
    assert printed.endswith("2 cases: 2 passed, 0 failed, 0 not supported\n")


def test_a_failure_says_what_was_expected_and_what_came(capsys, tmp_path):
    code, printed = run(capsys, tmp_path, GOOD + WRONG)
    assert code == 1
    assert "days: expected 2, got 1" in printed
    assert "band: expected >1-2, got >0-1" in printed
    assert "3 cases: 2 passed, 1 failed, 0 not supported" in printed


def test_a_kind_that_is_not_known_is_not_supported(capsys, tmp_path):
    code, printed = run(capsys, tmp_path, GOOD + UNKNOWN)
    assert code == 1
    assert "not supported D" in printed


def test_only_narrows_by_kind_or_calc(capsys, tmp_path):
    code, printed = run(capsys, tmp_path, GOOD + WRONG + "\n" + UNKNOWN, "--only", "working_days_after, of_another")
    assert code == 0
    assert "1 cases: 1 passed, 0 failed, 0 not supported; 3 left out by --only" in printed


def test_nothing_to_run_is_no_success(capsys, tmp_path):
    assert run(capsys, tmp_path, GOOD, "--only", "nothing")[0] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases: [", "is not YAML"),
        (b"\xff\xfe\x00", "is not YAML"),
        ("[" * 3000, "is not YAML"),
        ("", "holds no cases"),
        ("cases: {}", "holds no cases"),
        ("cases: [7]", "not a mapping"),
    ],
)
def test_a_file_that_holds_no_cases_says_so(capsys, tmp_path, text, said):
    code, printed = run(capsys, tmp_path, text)
    assert code == 2
    assert said in printed
    assert "Give a YAML file" in printed


def test_a_file_that_is_not_there_says_so(capsys, tmp_path):
    with pytest.raises(SystemExit, match="2"):
        main.run(["cases", str(tmp_path / "nothing.yaml")])
    assert "cannot be read" in capsys.readouterr().err


BAND = "- {{id: X, kind: rtt_band, inputs: {inputs}, expected: {expected}}}"
CLOCK = "- {{id: X, kind: rtt_clock, inputs: {inputs}, expected: {{periods: []}}}}"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("- {id: X}", "names neither a kind nor a calc"),
        ("- {id: X, kind: rtt_band}", "no 'inputs'"),
        ("- {id: X, kind: rtt_band, inputs: {}}", "no 'expected'"),
        ("- {id: X, kind: rtt_band, inputs: {census: 2026-01-01}, expected: {days: 1}}", "lack 'start'"),
        (BAND.format(inputs="{start: 2026-02-31, census: 2026-03-01}", expected="{days: 1}"), "'2026-02-31' is not a date"),
        ("- {id: X, kind: rtt_band, inputs: {start: null, census: 2026-03-01}, expected: {days: 1}}", "a date is missing"),
        ("- {id: X, kind: rtt_snapshot, inputs: {census: 2026-03-01, pathways: 7}, expected: {days: 1}}", "cannot be used"),
        (CLOCK.format(inputs="{census: 2026-03-01, events: [{date: 2026-03-01, type: x}]}"), "has the type 'x'"),
        (CLOCK.format(inputs="{census: 2026-03-01, events: [3]}"), "event 1 is not a mapping"),
        (CLOCK.format(inputs="{census: 2026-03-01, events: [{date: 2026-03-01, type: first_dna, communicated: perhaps}]}"),
         "neither true nor false"),
        ("- {id: X, kind: rtt_band, inputs: {start: 2026-03-01, census: 2026-03-01}, expected: {weeks: 1}}", "got nothing"),
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_used_says_why(capsys, tmp_path, case, said):
    code, printed = run(capsys, tmp_path, f"cases:\n{case}\n")
    assert code == 1
    assert said in printed
    assert "Traceback" not in printed
