"""The generated pages of docs/ are current, and leave nothing out."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from clockstop.accounts.matrix import WHO
from clockstop.cli import docs, main
from clockstop.contracts import contracts
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.insight.worked_cases import KINDS
from clockstop.measures.catalogue import measures
from clockstop.rules import rule_sentences
from clockstop.rules.readings import Readings
from clockstop.rules.rtt import FLAGS, STATES, rtt_clock

DOCS = Path(__file__).parents[2] / "docs"
PAGES = docs.pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name], "run `make docs` and commit what it writes"


def test_every_rule_that_the_clock_cites_has_its_sentence():
    assert {rule for rule in rtt_clock.rules if rule} <= set(rule_sentences.RULES)


def test_every_rule_of_the_rule_book_has_its_sentence():
    starts, stops, counting = range(1, 19), range(20, 34), range(40, 57)
    book = {f"RTT-R{number:02d}" for number in (*starts, *stops, *counting)} | {f"RTT-1.15-{number}" for number in range(1, 30)}
    assert book | {"RTT-1.15-B"} == {rule for rule in rule_sentences.RULES if rule.startswith("RTT-")}


def test_every_rule_that_a_measure_cites_has_its_sentence():
    cited = {rule for measure in measures().values() for rule in measure.rules}
    assert sorted(cited - set(rule_sentences.RULES)) == []


@pytest.mark.parametrize(
    ("name", "family"),
    [("cancer", "CWT-"), ("diagnostics", "DM-"), ("outpatients", "OP-"), ("rtt", "RTT-"), ("theatres", "TH-")],
)
def test_the_page_of_a_family_has_all_its_rules(name, family):
    mine = [rule for rule in rule_sentences.RULES if rule.startswith(family)]
    assert mine
    assert [rule for rule in mine if f"| {rule} |" not in PAGES[f"rules/{name}.md"]] == []


def test_sentences_can_be_read_out():
    """A sentence begins with a capital, ends with a full stop and holds no underscore."""
    told = [rule.sentence for rule in rule_sentences.RULES.values()]
    odd = [sentence for sentence in told if sentence[0].islower() or not sentence.endswith(".") or "_" in sentence]
    assert odd == []


def test_the_rtt_page_leaves_nothing_out():
    page = PAGES["rules/rtt.md"]
    assert [name for name in (*STATES, *FLAGS) if name not in page] == []
    assert [field.name for field in fields(Readings) if f"`{field.name}`" not in page] == []


def test_every_event_of_the_contract_stands_in_the_table():
    told_by_status = {"attend", "active_monitoring", "administrative_stop"}
    assert set(EVENT_TYPES) - told_by_status <= set(rtt_clock.events)


def test_the_datasets_page_has_every_column_code_and_check():
    page = PAGES["datasets.md"]
    sections = dict(re.findall(r'<a id="(\w+)"></a>\n## (.*?)(?=\n<a id=|\Z)', page, re.DOTALL))
    for name, contract in contracts().items():
        told = [f"`{one.name}`" for one in contract.columns] + [f"`{one.code}`" for one in contract.checks]
        assert [one for one in told if f"| {one} |" not in sections[name]] == [], name
    lists = [column.codes for contract in contracts().values() for column in contract.columns]
    assert [codes for codes in lists for code, meaning in codes.items() if not re.search(_cell(code, meaning), page)] == []


def _cell(code: str, meaning: str) -> str:
    """A code with its words: two cells of a list, or in the cell of a short one."""
    return rf"`{re.escape(code)}` (?:\| )?{re.escape(meaning)}(?:;| \|)"


def test_the_cases_page_has_every_kind():
    assert [kind for kind in KINDS if f"## {kind}\n" not in PAGES["rules/cases.md"]] == []


def test_the_interface_page_names_every_command_and_page():
    page = PAGES["interface.md"]
    assert [name for name in main.commands() if f"### clockstop {name}" not in page] == []
    assert [view for view in WHO if f"| `{view}` |" not in page] == [], "a page that is gone still has a line in WHO"


def test_the_interface_page_names_every_setting():
    source = "".join(file.read_text(encoding="utf-8") for file in (DOCS.parent / "src").rglob("*.py"))
    # Nothing reads the first yet; `serve` sets the second for its own workers; tests share the third among their homes.
    not_for_people = {"CLOCKSTOP_SHARED", "CLOCKSTOP_SERVED_HOST", "CLOCKSTOP_QUERIES"}
    read = set(re.findall(r"""["'](CLOCKSTOP_[A-Z_]+)["']""", source)) - not_for_people
    assert [name for name in sorted(read) if f"| `{name}` |" not in PAGES["interface.md"]] == []


def test_the_command_writes_the_pages(tmp_path, capsys):
    try:
        main.run(["docs", "--out", str(tmp_path)])
    except SystemExit as ended:
        assert not ended.code  # noqa: PT017 - Typer ends a command that went well so
    assert {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.md")} == set(PAGES)
    assert "rtt.md" in capsys.readouterr().out
