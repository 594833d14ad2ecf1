"""The page that says how often the interval of a standard covers the truth, from the scores that are kept."""

from clockstop.measures.catalogue import measure
from clockstop.synthetic.range_scores import RangeScore, range_scores

NOTICE = "<!-- Written by `clockstop docs`; change synthetic/range_scores.csv with `clockstop validate score`, not this page. -->"
HEAD = """# How often the interval covers the truth

The interval beside a headline of the waiting list ([method](standard-range.md)) says that it holds the true value 90 times in 100.
That is scored where the truth is known:

- **made-up group**: `clockstop synthesise --scale 0.03 --seed 11`, RTT's datasets loaded on their days and refreshed at the last
  two. What each clock truly is (over, started on another day, right) the group writes beside its extracts. Of every flag in every
  trust, and of the clocks under none, a sample is drawn; the truth fills in the worksheet; the interval is worked out; and this
  many times over. Each trust's list and the whole group's count.
- **drawn lists**: lists of 4,000 clocks in four trusts. Each list has rates of its own, drawn afresh: for every flag, for every
  trust near it, and within and over 18 weeks apart. Here the interval meets many truths, in the group one truth many times.

`clockstop validate score --truth DIR --out src/clockstop/synthetic/range_scores.csv` in the home of that group makes the table."""
TABLE = (
    "| lists | measure | drawn a flag | intervals | cover the truth | truth below | truth above | mean width |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)
READ = """What it says:

- On lists with rates of their own the interval covers about as often as it says, if anything a point or two less. The five
  intervals of a list hang together, so that each figure of that part of the table may be two points out by chance.
- In the made-up group it covers more often. Most of its flags are always right or always wrong (treatment given without a spell is
  always over, a possible duplicate never), and an interval has to leave room for a first exception.
- Numbers of few pathways (over 52 weeks) are covered more often than 90 times in 100: the ends are whole pathways, taken outward.
- The true value is that of the clocks on the list. A patient who waits and is on no list is no part of any of these figures."""


def range_scores_page() -> str:
    """The page."""
    lines = [_line(one) for one in range_scores()]
    return "\n".join([NOTICE, "", HEAD, "", TABLE, *lines, "", READ, ""])


def _line(one: RangeScore) -> str:
    is_share = measure(one.measure).kind == "share"
    width = f"{one.mean_width * 100:.2f} points" if is_share else f"{one.mean_width:,.1f}"
    cells = (
        one.lists, measure(one.measure).title, one.sampled, f"{one.intervals:,}", f"{one.covered / one.intervals:.1%}",
        one.truth_below, one.truth_above, width,
    )  # fmt: skip
    return f"| {' | '.join(str(cell) for cell in cells)} |"
