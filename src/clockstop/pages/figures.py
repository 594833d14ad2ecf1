"""A measure's value in words, as pages say it: nhsuk/figures.py says it for reports and packs too."""

from clockstop.nhsuk.figures import AMOUNTS, RATIO, WEEKS, WITHHELD, against, bar, figure, is_better, is_met, moved

__all__ = ["AMOUNTS", "RATIO", "WEEKS", "WITHHELD", "against", "bar", "figure", "is_better", "is_met", "moved"]
