"""The page of docs/rules/ about diagnostics, written from the rules themselves."""

from collections.abc import Callable

from clockstop.contracts.diagnostic_codes import EXCLUSION, TESTS
from clockstop.reports.rule_pages import NOTICE, table
from clockstop.rules import diagnostic_bands, diagnostic_sentences, diagnostics

_EDGES = (0, 6, 7, 41, 42, 84, 90, 91, 400)


def diagnostics_page() -> str:
    """All that Clockstop holds of the DM01 rules: sentences, events, the transition table, bands, tests and what is left out."""
    sections: dict[str, Callable[[], str]] = {
        "The rules in sentences": _sentences,
        "Events": lambda: table(("Event", "Meaning"), _coded(diagnostics.EVENTS)),
        "The transition table": _transition_table,
        "Flags that the clock raises": lambda: table(("Flag", "What to look at"), _coded(diagnostics.FLAGS)),
        "Bands and thresholds": _bands,
        "The tests": _tests,
        "What the waiting list leaves out": _left_out,
    }
    parts = [NOTICE, "# Diagnostics (DM01)", (diagnostics.__doc__ or "").split("\n\n", 1)[1].strip()]
    parts += [f"## {title}\n\n{written()}" for title, written in sections.items()]
    return "\n\n".join(parts) + "\n"


def _coded(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"`{name}`", meaning) for name, meaning in words.items()]


def _sentences() -> str:
    rows = [(rule.id, rule.sentence, rule.source) for rule in diagnostic_sentences.RULES.values()]
    return table(("Rule", "What it says", "Source"), rows)


def _transition_table() -> str:
    clock = diagnostics.clock()
    drawn = "\n".join(line.strip() for line in clock.table.strip().splitlines())
    groups = {**clock.state_groups, **clock.event_groups}
    named = [(f"`{name}`", ", ".join(f"`{one}`" for one in members)) for name, members in groups.items()]
    read_as = (
        "`dna_runs_on`, `patient_cancel_runs_on`, `patient_cancel_from_its_day` and `abandoned_restarts` are what the settings "
    )
    return "\n\n".join([
        f"The table is total: each of {len(clock.states)} states meets each of {len(clock.events)} events once, "
        f"{len(clock.turns)} cells in all. `close` ends a period and `open` begins the next: with `original` on the day from "
        "which the event makes the wait restart (the appointment's, the first date offered, the due date), else on its own.",
        table(("State", "Meaning"), _coded(diagnostics.STATES)),
        f"```\n{drawn}\n```",
        table(("Name", "Stands for"), named),
        table(("Number", "How the period ended"), [(number, words) for number, words in diagnostics.ENDINGS.items()]),
        f"{read_as}`diagnostic_...` of [the settings](rtt.md#settings-for-what-the-guidance-leaves-open) make of an event.",
    ])  # fmt: skip


def _bands() -> str:
    rows = [(days, diagnostic_bands.band_label(number), diagnostic_bands.published_column(number),
             "yes" if diagnostic_bands.is_six_weeks_or_more(days) else "no")
            for days, number in ((days, diagnostic_bands.band(days)) for days in _EDGES)]  # fmt: skip
    text = "Six weeks are missed at 42 days, 13 weeks and more are 91. Weeks are rounded down, unlike RTT's."
    return f"{text}\n\n{table(('Days', 'Band', 'Published column', 'Breach'), rows)}"


def _tests() -> str:
    rows = [(test.number, f"`{test.code}`", test.title, test.group, test.valid_from, test.valid_until or "",
             "yes" if test.is_sure else "unsure") for test in TESTS.values()]  # fmt: skip
    return table(("Number", "Code", "Title", "Group", "Collected from", "Until", "Sure"), rows)


def _left_out() -> str:
    return table(("Code", "Meaning"), [*_coded(EXCLUSION), ("`unscheduled`", "The request is of an emergency or an inpatient stay"),
                                       ("`test_not_collected`", "The return does not collect the test")])  # fmt: skip
