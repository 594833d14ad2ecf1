"""The slow twin of insight/spc.py: one series at a time, exact fractions, each rule spelled out as a person would check it.

It shares nothing with the product but the words. What a convention does stands here as plain ifs by its name.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

ORDER = ("outside", "trend", "two_of_three", "shift")
CROSSING = {"mdc-v5": ("trend", "two_of_three", "shift"), "mdc-sql": ("trend",), "plot-the-dots": ()}
LEAST = {"mdc-v5": 13, "mdc-sql": 13, "plot-the-dots": 0}
POINTS = {"mdc-v5": 6, "mdc-sql": 6, "plot-the-dots": 7}
BETTER = {"up": 1, "down": -1, "neutral": 0}


@dataclass
class Twin:
    """One series and how it is drawn; `said` gives everything that is said of it."""

    values: list
    improvement: str
    convention: str
    sections: list
    ghosts: list
    target: float | None = None
    points: int | None = None
    fix_after: int | None = None
    screened: bool | None = None
    least: int | None = None
    conflict: str = "improvement"

    def said(self):
        """A dict of lists, one entry a point, and the two icons."""
        self.kept = [place for place, value in enumerate(self.values) if value is not None and not self.ghosts[place]]
        self.exact = {place: Fraction(str(self.values[place])) for place in self.kept}
        self.parts, self.groups, self.base = self.laid_out()
        lines = self.lines()
        mine = [lines.get(part, (None, None)) for part in self.parts]
        least = LEAST[self.convention] if self.least is None else self.least
        has_limits = len(self.kept) >= max(least, 2)
        self.mean = [mean for mean, _ in mine]
        self.reach = [Fraction("2.66") * move if has_limits and move is not None else None for _, move in mine]
        self.broken = {place: [] for place in self.kept}
        if has_limits:
            self.break_rules(self.points or POINTS[self.convention])
        shown = [self.shown(place) if place in self.exact else ("", "") for place in range(len(self.values))]
        upl = [None if reach is None else mean + reach for mean, reach in zip(self.mean, self.reach, strict=True)]
        lpl = [None if reach is None else mean - reach for mean, reach in zip(self.mean, self.reach, strict=True)]
        last = self.kept[-1] if self.kept else None
        return {
            "mean": self.mean,
            "upl": upl,
            "lpl": lpl,
            "outside": [any(rule == "outside" for rule, _ in self.broken.get(place, [])) for place in range(len(shown))],
            "rule": [rule for rule, _ in shown],
            "type": [kind for _, kind in shown],
            "group": self.groups,
            "variation": self.variation(shown[last][1]) if has_limits else "",
            "assurance": "" if last is None else self.assurance(lpl[last], upl[last]),
        }

    def laid_out(self):
        """For each place: the stretch whose lines it has, the recalculations shown, and whether the lines come from it."""
        count, everywhere = len(self.values), dict.fromkeys(self.kept, True)
        if self.fix_after is None or (self.convention == "mdc-sql" and len(self.kept) < self.fix_after):
            return list(self.sections), list(self.sections), everywhere
        if self.convention == "mdc-v5":
            return [0] * count, [0] * count, {place: number < self.fix_after for number, place in enumerate(self.kept)}
        if self.convention == "plot-the-dots":
            base = {}
            for place in self.kept:
                earlier = [other for other in self.kept if other < place and self.sections[other] == self.sections[place]]
                base[place] = len(earlier) < self.fix_after
            return list(self.sections), list(self.sections), base
        end = self.kept[self.fix_after - 1]
        groups = [max(0, self.sections[place] - self.sections[end]) if place > end else 0 for place in range(count)]
        names = ["baseline" if place <= end else group or "after" for place, group in enumerate(groups)]
        return names, groups, everywhere

    def lines(self):
        """The mean and the mean moving range of each part."""
        found = {}
        for part in dict.fromkeys(self.parts):
            mine = [place for place in self.kept if self.parts[place] == part and self.base[place]]
            if mine:
                found[part] = self.line(mine)
        if "baseline" in found:
            found["after"] = found["baseline"]
        return found

    def line(self, mine):
        moves = {after: abs(self.exact[after] - self.exact[before]) for before, after in pairwise(mine)}
        is_screened = self.convention == "plot-the-dots" if self.screened is None else self.screened
        if is_screened and moves:
            average = sum(moves.values()) / len(moves)
            left = {place: move for place, move in moves.items() if move < Fraction("3.267") * average}
            if sum(left.values()) > 0:
                if self.convention == "mdc-sql":
                    mine = [place for place in mine if place not in moves or place in left]
                moves = left
        return sum(self.exact[place] for place in mine) / len(mine), sum(moves.values()) / len(moves) if moves else None

    def break_rules(self, points):
        """Note of each point the rules that it breaks, each with the side (1 up, -1 down)."""
        gap = {place: self.exact[place] - self.mean[place] for place in self.kept}
        side = {place: (gap[place] > 0) - (gap[place] < 0) for place in self.kept}
        zone = dict.fromkeys(self.kept, False)
        for place in self.kept:
            reach = self.reach[place]
            if reach is not None and abs(gap[place]) > reach:
                self.broken[place].append(("outside", side[place]))
            elif reach is not None:
                zone[place] = abs(gap[place]) > reach * 2 / 3
        for way in (1, -1):
            self.note("trend", way, self.windows(points, "trend"), lambda window: self.is_steady(window, way))  # noqa: B023
            self.note("shift", way, self.windows(points, "shift"), lambda window: all(side[one] == way for one in window))  # noqa: B023
            for window in self.windows(3, "two_of_three"):
                if all(side[place] == way for place in window) and sum(zone[place] for place in window) >= 2:
                    self.note("two_of_three", way, [[place for place in window if zone[place]]], bool)

    def note(self, rule, way, windows, is_broken):
        for window in windows:
            if is_broken(window):
                for place in window:
                    self.broken[place].append((rule, way))

    def is_steady(self, window, way):
        return all((self.exact[after] - self.exact[before]) * way > 0 for before, after in pairwise(window))

    def windows(self, length, rule):
        for start in range(len(self.kept) - length + 1):
            window = self.kept[start : start + length]
            if rule in CROSSING[self.convention] or len({self.parts[place] for place in window}) == 1:
                yield window

    def shown(self, place):
        """The rule that the point is named by, and its type."""
        mine = self.broken[place]
        if not mine:
            return "common_cause", "common_cause"
        better = BETTER[self.improvement]
        if self.convention == "plot-the-dots":
            rule = next(rule for rule in ORDER if any(rule == one for one, _ in mine))
            way = self.way_of_trend(place) if rule == "trend" else next(way for one, way in mine if one == rule)
        else:
            wins = better or 1
            if self.convention == "mdc-sql" and self.conflict == "concern" and better:
                wins = -better
            way = wins if wins in {way for _, way in mine} else -wins
            rule = next(rule for rule in ORDER if (rule, way) in mine)
        if better == 0:
            return rule, "special_cause_neutral_high" if way == 1 else "special_cause_neutral_low"
        return rule, "special_cause_improvement" if way == better else "special_cause_concern"

    def way_of_trend(self, place):
        """By the step to the next point where that is of a trend too, else by the step from the one before."""
        number = self.kept.index(place)
        after = self.kept[number + 1] if number + 1 < len(self.kept) else None
        if after is not None and self.parts[after] == self.parts[place] and any(rule == "trend" for rule, _ in self.broken[after]):
            return 1 if self.exact[after] > self.exact[place] else -1
        return 1 if self.exact[place] > self.exact[self.kept[number - 1]] else -1

    def variation(self, kind):
        if kind == "common_cause" or self.improvement == "neutral":
            return kind.removeprefix("special_cause_")
        is_better = kind == "special_cause_improvement"
        return f"{'improving' if is_better else 'concerning'}_{'high' if is_better == (self.improvement == 'up') else 'low'}"

    def assurance(self, lpl, upl):
        if self.target is None or lpl is None or self.improvement == "neutral":
            return ""
        target, is_edge_outside = Fraction(str(self.target)), self.convention == "mdc-sql"
        below = target < lpl or (is_edge_outside and target == lpl)
        above = target > upl or (is_edge_outside and target == upl)
        is_up = self.improvement == "up"
        return "pass" if (below if is_up else above) else "fail" if (above if is_up else below) else "hit_and_miss"
