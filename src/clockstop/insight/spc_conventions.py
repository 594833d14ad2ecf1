"""The three ways of drawing an SPC chart that the NHS uses, each by its name, and the words of its points and icons.

A chart always says which of them drew it: the same figures can be a signal by one and noise by another (docs/spc.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from clockstop.errors import UnknownName

Improvement = Literal["up", "down", "neutral"]
Rule = Literal["outside", "trend", "two_of_three", "shift"]
Baseline = Literal["whole", "until_recalculated", "each_section"]

# In the order in which a point that breaks several is named.
RULES: tuple[Rule, ...] = get_args(Rule)
DIRECTIONS: Mapping[str, int] = {"up": 1, "down": -1, "neutral": 0}
# Other words for a direction, as the R package has them.
SPELLINGS: Mapping[str, Improvement] = {
    "up": "up", "increase": "up", "down": "down", "decrease": "down", "neutral": "neutral", "neither": "neutral",
}  # fmt: skip

COMMON_CAUSE = "common_cause"
SPECIAL_CAUSE_TYPES = (COMMON_CAUSE, *RULES)
POINT_TYPES = (
    COMMON_CAUSE,
    "special_cause_improvement",
    "special_cause_concern",
    "special_cause_neutral_high",
    "special_cause_neutral_low",
)
COLOURS = ("grey", "blue", "orange", "purple", "purple")
# NHS England's own colours for them.
HEX = {"grey": "#A6A6A6", "blue": "#00B0F0", "orange": "#E46C0A", "purple": "#490092"}
VARIATIONS = (
    "",
    COMMON_CAUSE,
    "improving_high",
    "improving_low",
    "concerning_high",
    "concerning_low",
    "neutral_high",
    "neutral_low",
)
ASSURANCES = ("", "pass", "fail", "hit_and_miss")


@dataclass(frozen=True, kw_only=True)
class Convention:
    """What one way of drawing decides.

    `crossing`: the rules whose run may go on over a recalculation. `baseline`: what limits fixed after n points do: hold to
    the end whatever is recalculated (`whole`), hold until the next recalculation, which also starts new runs
    (`until_recalculated`), or are fixed in each section anew (`each_section`). `is_named_rule_alone`: a point goes the way of
    the one rule that it is named by; otherwise all its rules count, and improvement beats concern (or, `is_conflict_set`, the
    side that the measure says).
    """

    name: str
    title: str
    points: int
    least_points: int
    crossing: frozenset[Rule]
    baseline: Baseline
    is_screened: bool = False
    is_mean_screened: bool = False
    is_target_on_limit_outside: bool = False
    is_named_rule_alone: bool = False
    is_conflict_set: bool = False


CONVENTIONS = {
    one.name: one
    for one in (
        Convention(
            name="mdc-v5",
            title="NHS England's Making Data Count tool, version 5",
            points=6,
            least_points=13,
            crossing=frozenset(RULES),
            baseline="whole",
        ),
        Convention(
            name="mdc-sql",
            title="NHS England's SPC query for SQL, versions 2.5 and 2.6",
            points=6,
            least_points=13,
            crossing=frozenset(("trend",)),
            baseline="until_recalculated",
            is_mean_screened=True,
            is_target_on_limit_outside=True,
            is_conflict_set=True,
        ),
        Convention(
            name="plot-the-dots",
            title="The R package NHSRplotthedots, version 0.2",
            points=7,
            least_points=0,
            crossing=frozenset(),
            baseline="each_section",
            is_screened=True,
            is_named_rule_alone=True,
        ),
    )
}
DEFAULT = "mdc-v5"


def convention(name: str) -> Convention:
    """The convention of that name.

    >>> convention("mdc-v5").points, convention("plot-the-dots").points
    (6, 7)
    """
    if name not in CONVENTIONS:
        raise UnknownName(f"There is no SPC convention {name!r}.", do=f"Name one of: {', '.join(CONVENTIONS)}.")
    return CONVENTIONS[name]


def improvement_of(word: str) -> Improvement:
    """The direction that is better, from any of its spellings.

    >>> improvement_of("increase"), improvement_of("neither")
    ('up', 'neutral')
    """
    if word.strip().lower() not in SPELLINGS:
        raise UnknownName(
            f"{word!r} is not a direction of improvement.", do="Say up, down or neutral (or increase, decrease, neither)."
        )
    return SPELLINGS[word.strip().lower()]
