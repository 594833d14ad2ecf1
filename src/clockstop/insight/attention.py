"""What a chart's two icons ask of a review: variation meets assurance (operations.md 8.3 and 8.5; Making Data Count's matrix)."""

from dataclasses import dataclass
from typing import Literal

Row = Literal["improving", "common_cause", "concerning", "neutral", ""]
ROWS: tuple[Row, ...] = ("improving", "common_cause", "concerning")
COLUMNS = ("pass", "hit_and_miss", "fail")
# In the order in which a review speaks of them.
_RANKS: dict[tuple[str, str], int] = {
    ("concerning", "fail"): 0,
    ("concerning", "hit_and_miss"): 1,
    ("concerning", ""): 1,
    ("concerning", "pass"): 2,
    ("common_cause", "fail"): 3,
    ("neutral", "fail"): 4,
    ("improving", "fail"): 5,
}
_ADVICE = {
    ("concerning", "fail"): "Getting worse, and it will miss: speak of this first.",
    ("common_cause", "fail"): "It cannot meet the standard as it runs: the way it is done has to change.",
    ("improving", "fail"): "Getting better, but not there yet: watch it.",
    ("concerning", "hit_and_miss"): "Getting worse: find the cause before it misses for good.",
    ("concerning", "pass"): "Getting worse, though it still meets the standard: act before it does not.",
    ("concerning", ""): "Getting worse: find the cause.",
    ("common_cause", "hit_and_miss"): "It meets and misses by chance: one month asks for no explanation.",
    ("improving", "pass"): "Getting better and sure to meet: say so, and think of a higher aim.",
}
_LAST = 9


@dataclass(frozen=True)
class Attention:
    """How soon a review comes to it (0 first), its row and column of the matrix, what to do, and whether a narrative is asked."""

    rank: int
    row: Row
    column: str
    advice: str
    is_exception: bool


def attention_of(variation: str, assurance: str) -> Attention:
    """What the icon words of a chart ask for.

    An exception is a concerning variation or a measure that will miss; what meets and misses by chance asks for no narrative.

    >>> attention_of("concerning_low", "fail").rank, attention_of("common_cause", "hit_and_miss").is_exception
    (0, False)
    """
    row = _row(variation)
    is_exception = row == "concerning" or assurance == "fail"
    return Attention(_RANKS.get((row, assurance), _LAST), row, assurance, _ADVICE.get((row, assurance), ""), is_exception)


def _row(variation: str) -> Row:
    if variation in {"", "common_cause"}:
        return "common_cause" if variation else ""
    word = variation.split("_", maxsplit=1)[0]
    return "improving" if word == "improving" else "concerning" if word == "concerning" else "neutral"
