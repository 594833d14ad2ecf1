"""docs/data-quality.md: every data-quality flag with its definition, who mends it, and how well it is found."""

from collections.abc import Iterator

from clockstop.rules.readings import Readings
from clockstop.rules.rtt_flags import EFFECTS, FLAGS, Flag, definition_of
from clockstop.synthetic.fault_kinds import FAULTS
from clockstop.synthetic.flag_scores import SCORED_ON, scores_by_flag

INTRODUCTION = """\
Clockstop judges every pathway by the 25 record-level flags of national data-quality dashboards (RTT-R51). A refresh raises them,
the pages under *Data quality* count and list them, and `clockstop rtt flags --org CODE` says the same on the command line.

A flag counts *now* what bears on a list of today: an open pathway, an entry that stands on the planned list, a patient under
monitoring. Flags on closed pathways are kept beside, for the records still have to be mended. Rows that a load set aside under
the same fault are counted *at the door*: they are in no list. What a trust does not send cannot be judged, and the page says
so; it never shows nought for it. Each row says what was found and since which list it has been so.

The numbers in the definitions are readings: `settings.toml` can set them under `[readings]`."""
NOTICE = "<!-- Written by `clockstop docs`; change rules/rtt_flags.py or the scores, not this page. -->"
SCORES = """\
`clockstop rtt score-flags --truth DIR` compares the flags of a snapshot with the faults that `clockstop synthesise` planted and
with the states of the list that it knows from its own histories, both in plain sets. The table is of {scored_on}; every delivery
was loaded on its day, and the last two days were refreshed.

*True* is what was planted and kept, and the states of the list. *At the door* was planted and stopped by intake, under the reason
planned; it counts as found. *Explained* are flags that a fault of another kind brought about: a lost stop leaves a pathway
open, with no next step; they count neither way, and so do the states of pathways with any fault. Recall is what was found of
what is true; precision is what is true of what was flagged."""
LIMITS = """\
- An NHS number of a patient referred twice is taken from the latest referral: a fault in the earlier one is not seen.
- Flags 3 and 5 find nothing behind the door on this group: intake sets such rows aside, and nothing else is planted for them.
  Their tests are in tests/spec/rules/.
- Flag 25 compares totals; the returns of the made-up group hold planted differences (truth/return_differences.csv).
- The score says how well planted faults of known kinds are found. Real faults come in kinds that nobody has planted."""


def pages() -> dict[str, str]:
    """The text of the page by its path under docs/."""
    return {"data-quality.md": "\n".join(_lines()) + "\n"}


def _lines() -> Iterator[str]:
    yield from ("# Data quality: the 25 flags", "", NOTICE, "", INTRODUCTION, "")
    yield from ("## What each means", "")
    for effect, words in EFFECTS.items():
        yield from (f"### {effect.capitalize()}", "", words, "")
        for flag in (flag for flag in FLAGS if flag.effect == effect):
            yield from _flag(flag)
    yield from ("## How well they are found", "", SCORES.format(scored_on=SCORED_ON), "")
    yield "| Flag | True | Found | At the door | Found there | Flagged | Explained | Precision | Recall |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    yield from (_score(flag) for flag in FLAGS)
    yield from ("", "Where it falls short, and what it cannot say:", "", LIMITS)


def _flag(flag: Flag) -> Iterator[str]:
    kinds = [fault.kind for fault in FAULTS if fault.flag == flag.slug]
    yield f"**{flag.title}** (`{flag.slug}`, {', '.join(flag.rules)}, {flag.mark}). {definition_of(flag, Readings())} {flag.why}"
    yield ""
    yield f"- What to do: {flag.do} Who usually mends it: {flag.owner}."
    yield f"- It judges {flag.judged}." + (f" It needs {flag.needs}." if flag.needs else "")
    if kinds:
        yield f"- Planted as: {', '.join(kinds)}."
    yield ""


def _score(flag: Flag) -> str:
    score = scores_by_flag().get(flag.slug)
    if score is None:
        return f"| {flag.title} | | | | | | | | |"
    shares = [f"{share:.1%}" if share is not None else "" for share in (score.precision, score.recall)]
    counts = (score.planted + score.standing, score.found, score.set_aside, score.set_aside_found, score.flagged, score.explained)
    return f"| {flag.title} | " + " | ".join([*(f"{count:,}" for count in counts), *shares]) + " |"
