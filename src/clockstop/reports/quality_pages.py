"""docs/data-quality-rules.md: every data-quality rule beyond RTT's flags, and how well each planted fault is found."""

from collections.abc import Iterator

from clockstop.contracts import contracts
from clockstop.rules.quality import KINDS, QualityRule, rules_of_dataset
from clockstop.synthetic.quality_scores import SCORED_ON, WHY, quality_scores
from clockstop.synthetic.quality_scoring import FaultScore

NOTICE = "<!-- Written by `clockstop docs`; change rules/quality*.py or the scores, not this page. -->"
INTRODUCTION = """\
Every dataset is judged by rules of five kinds in each refresh. Most are made of the contract alone, so that a new dataset has them
without a line: what is missing, what cannot be true, what stands there twice, what points nowhere, whether the feed is whole. The
others set records beside each other. `clockstop quality show --org CODE` counts what each judged and found; with `--rule` it
lists the records that fail. RTT's own 25 flags stand beside them ([data-quality.md](data-quality.md)).

Rows that a load set aside fail *at the door* under the same rule, until a later load brings the record in order. What a trust does
not send is not judged and says so: it is never shown as nought. Of one rule the latest 20,000 records are kept; all are counted."""
SCORES = """\
`clockstop quality score --truth DIR` sets what the rules found beside the faults that `clockstop synthesise` planted, fault by
fault. The table is of {scored_on}. *Found* is what of the planted fails a rule that should find it. *Flagged* is what those
rules found, without records that have a planted fault of another kind or fail because of one beside them (the other of two stays
that overlap, a record that names a faulty one); *right* is what of it was planted. A rule that finds what nobody planted is not
right by this table, though it may be. There are few of each kind: a share of four records says little."""
WITHOUT = """\
Planted too, and judged by RTT's flags alone ([data-quality.md](data-quality.md)), or seen in another record that it makes wrong:
{faults}."""


def pages() -> dict[str, str]:
    """The text of the page by its path under docs/."""
    return {"data-quality-rules.md": "\n".join(_lines()) + "\n"}


def _lines() -> Iterator[str]:
    yield from ("# Data quality: the rules of every dataset", "", NOTICE, "", INTRODUCTION, "")
    yield from ("## Kinds", "", *(f"- **{kind.capitalize()}.** {words}" for kind, words in KINDS.items()), "")
    yield from ("## How well planted faults are found", "", SCORES.format(scored_on=SCORED_ON), "")
    yield "| Dataset | Fault | Rules | Planted | Found | Flagged | Right | Precision | Recall |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    yield from (_score(one) for one in quality_scores() if one.rules)
    yield from ("", *(f"{dataset}, {fault}: {why}." for (dataset, fault), why in WHY.items()))
    yield from ("", WITHOUT.format(faults=", ".join(f"{one.fault} ({one.planted})" for one in quality_scores() if not one.rules)))
    for dataset, contract in sorted(contracts().items()):
        yield from ("", f"## {contract.title} (`{dataset}`)", "")
        yield "| Rule | Kind | Means | What to do | Who mends it |"
        yield "| --- | --- | --- | --- | --- |"
        yield from (_rule(rule) for rule in rules_of_dataset(dataset))


def _score(one: FaultScore) -> str:
    shares = (f"{share:.1%}" if share is not None else "" for share in (one.precision, one.recall))
    counts = (f"{number:,}" for number in (one.planted, one.found, one.flagged, one.right))
    rules = ", ".join(f"`{rule}`" for rule in one.rules)
    return f"| {one.dataset} | {one.fault} | {rules} | " + " | ".join([*counts, *shares]) + " |"


def _rule(rule: QualityRule) -> str:
    needs = f" Needs {', '.join(rule.needs)}." if rule.needs else ""
    cells = (f"`{rule.slug}`", rule.kind, f"**{rule.title}.** {rule.definition}{needs}", rule.what_to_do, rule.who_mends)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
