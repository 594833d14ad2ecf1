"""The page of docs/rules/ about cancer, written from the rules themselves."""

from collections.abc import Callable

from clockstop.reports.rule_pages import NOTICE, table
from clockstop.rules import (
    cancer,
    cancer_adjustments,
    cancer_allocation,
    cancer_sentences,
    cancer_shares,
    cancer_stages,
    cancer_waits,
)
from clockstop.rules import cancer_standards as standards
from clockstop.rules.cancer_events import EVENTS
from clockstop.rules.cancer_routes import ROUTES
from clockstop.rules.cancer_sites import CONFIRMED_SITES, SITES, SUSPECTED_SITES
from clockstop.rules.fold import CONTINUE, START

_CLASSES = {START: "start", CONTINUE: "continue"}


def cancer_page() -> str:
    """All that Clockstop holds of the cancer rules: sentences, the three tables, adjustments, allocation, stages and marks."""
    sections: dict[str, Callable[[], str]] = {
        "The rules in sentences": _sentences,
        "Events": _events,
        **{f"The clock of {title}": _clock_section(standard) for standard, title in standards.TITLES.items()},
        "Flags that the clocks raise": lambda: table(("Flag", "What to look at"), _coded(cancer.FLAGS)),
        "Adjustments": _adjustments,
        "Shared pathways": _allocation,
        "Routes": lambda: table(("Route", "Meaning"), _coded(ROUTES)),
        "Stages and steps": _stages,
        "Tumour sites": _sites,
        "Marks on a wait": lambda: table(("Mark", "What to look at"), _coded(cancer_waits.MARKS)),
    }
    parts = [NOTICE, "# Cancer waiting times", (cancer.__doc__ or "").split("\n\n", 1)[1].strip()]
    parts += [f"## {title}\n\n{written()}" for title, written in sections.items()]
    return "\n\n".join(parts) + "\n"


def _coded(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"`{name}`", meaning) for name, meaning in words.items()]


def _sentences() -> str:
    rows = [(rule.id, rule.sentence, rule.source) for rule in cancer_sentences.RULES.values()]
    return table(("Rule", "What it says", "Source"), rows)


def _events() -> str:
    rows = [(f"`{event}`", title, _CLASSES.get(day_class, "stop")) for event, (day_class, title) in EVENTS.items()]
    text = "Events of one day are applied class by class (starts, what continues, stops) and within a class in this order."
    return f"{text}\n\n{table(('Event', 'Meaning', 'Class'), rows)}"


def _clock_section(standard: str) -> Callable[[], str]:
    def written() -> str:
        clock = cancer.clock(standard)
        drawn = "\n".join(line.strip() for line in clock.table.strip().splitlines())
        named = [
            (f"`{name}`", ", ".join(f"`{one}`" for one in members)) for name, members in cancer.GROUPS.items() if name in drawn
        ]
        return "\n\n".join([
            f"It runs on a {'treatment' if standard == standards.D31 else 'record'}; {standards.WITHIN_DAYS[standard]} days "
            f"pass, one more breaches. The table is total: {len(clock.states)} states, {len(clock.events)} events, "
            f"{len(clock.turns)} cells.",
            table(("State", "Meaning"), _coded(cancer.STATES[standard])),
            f"```\n{drawn}\n```",
            table(("Name", "Stands for"), named),
        ])  # fmt: skip

    return written


def _adjustments() -> str:
    rows = [
        ("3", "first appointment missed, or too late to be seen", "receipt to rebooking, not past first seen", _from("3")),
        ("6", "egg harvesting", "the delay, inpatient or day case only", _from("6")),
        ("7", "clinically urgent treatment of another condition", "the delay, inpatient or day case only", _from("7")),
        ("8", "the patient's choice", "declined date to available, inpatient or day case only", _from("8")),
        ("9", "none", "0", ""),
    ]
    text = (
        "An adjustment longer than the wait is rejected whole; a net wait is never below 0. A recorded adjustment is compared with "
    )
    text += (
        "what the appointment or the delay gives; a difference is a mark, and the recorded one is deducted as far as it is allowed."
    )
    return f"{text}\n\n{table(('Reason', 'Why', 'Days', 'Deducted from'), rows)}"


def _from(reason: str) -> str:
    return ", ".join(standards.TITLES[standard] for standard in cancer_adjustments.DEDUCTS_FROM[reason])


def _allocation() -> str:
    legs = ((38, 24), (38, 25), (39, 23), (39, 24), (39, 25))
    rows = []
    for transfer_day, after in legs:
        shared = cancer_allocation.allocation(transfer_day=transfer_day, transfer_to_treatment=after)
        sides = [f"{side.treated} treated, {side.breach} in breach" for side in (shared.referring, shared.treating)]
        rows.append((transfer_day, after, shared.total, *sides, cancer_allocation.row(shared)))
    text = (
        "Days are net. A transfer counts from its receipt with the agreed minimum data set; the last one by the treatment decides. "
    )
    text += "Several referring trusts split their part evenly."
    headings = ("Transfer on day", "Then treated after", "Total", "Referring trust", "Treating trust", "Row")
    return f"{text}\n\n{table(headings, rows)}\n\n{table(('Role', 'Meaning'), _coded(cancer_shares.ROLES))}"


def _stages() -> str:
    bands = ", ".join([*standards.BAND_ENDS, standards.OPEN_BAND])
    return "\n\n".join([
        table(("Stage", "Meaning"), _coded(cancer_stages.STAGES)),
        table(("Step", "From and to"), _coded(cancer_stages.STEPS)),
        f"Bands of the weekly list, in net days: {bands}.",
    ])  # fmt: skip


def _sites() -> str:
    def codes(of: dict[str, str], site: str) -> str:
        return " ".join(code for code, name in of.items() if name == site)

    rows = [(f"`{site}`", title, codes(SUSPECTED_SITES, site), codes(CONFIRMED_SITES, site)) for site, title in SITES.items()]
    text = "Code 16 is breast symptoms where cancer is suspected and prostate where it is confirmed; names say which."
    return f"{text}\n\n{table(('Site', 'Title', 'Suspected type', 'Confirmed site'), rows)}"
