"""National returns in a terminal: every line says what it is of."""

from dataclasses import dataclass, field
from types import SimpleNamespace

from clockstop.cli._return_text import reconciled_text


@dataclass(frozen=True)
class Beside:
    row: str
    column: str
    cut: str
    ours: float = 2
    published: float | None = 1
    unexplained: float = 0
    text: str = ""
    difference: float = 1


@dataclass(frozen=True)
class Found:
    figures: tuple
    title: str = "the extract"
    told: tuple = ()
    reasons: dict = field(default_factory=dict)

    @property
    def made(self):
        period = SimpleNamespace(title="September 2026")
        return SimpleNamespace(declared=SimpleNamespace(name="CWT"), trust_name="Aldermoor", trust="QQA", period=period)

    @property
    def differing(self):
        return [one for one in self.figures if one.difference]


def test_a_return_without_a_row_of_the_whole_names_the_row_of_each_line():
    """Eighteen lines of "TOTAL TREATED" stood one under the other."""
    rows = ("Breast: 28-day FDS", "Suspected lower gastrointestinal cancer: 28-day FDS")
    said = reconciled_text(Found(tuple(Beside(row, "TOTAL TREATED", row) for row in rows)), None).splitlines()
    assert [line.partition("  ")[0] for line in said[4:]] == [f"{row}: TOTAL TREATED" for row in rows]
    assert len({len(line) for line in said[3:]}) == 1


def test_a_return_with_a_whole_shows_it_first_and_then_the_rows_that_differ():
    said = reconciled_text(Found((Beside("All", "Waiting", ""), Beside("MRI", "Waiting", "test=1"))), None).splitlines()
    assert [line.partition("  ")[0] for line in said[4:]] == ["Waiting", "", "Of its rows:", "MRI: Waiting"]
