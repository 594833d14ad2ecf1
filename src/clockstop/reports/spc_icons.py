"""The icons of Making Data Count, drawn by us: what moves (variation) and what the limits promise (assurance), with their words.

The drawing is for the eye and hidden from screen readers; the words stand beside it and are read. Shape and letter repeat the
colour: a wave, H or L with a triangle, P, F or a question mark.
"""

from clockstop.answers.spc_sentences import ASSURANCE_WORDS, VARIATION_WORDS
from clockstop.insight.spc_conventions import HEX

GREY_EDGE, INK, LINE = "#768692", "#212b32", "#4c6272"
# What stands in a table's cell, where the column says what it is about.
SHORT_VARIATION = {
    "": "Too few points",
    "common_cause": "No change",
    "improving_high": "Better",
    "improving_low": "Better",
    "concerning_high": "Worse",
    "concerning_low": "Worse",
    "neutral_high": "Up",
    "neutral_low": "Down",
}
SHORT_ASSURANCE = {"": "", "pass": "Will meet", "fail": "Will miss", "hit_and_miss": "Hit or miss"}
_EDGES = {"improving": HEX["blue"], "concerning": HEX["orange"], "neutral": HEX["purple"], "common": GREY_EDGE}
_ASSURANCE_EDGES = {"pass": HEX["blue"], "fail": HEX["orange"], "hit_and_miss": GREY_EDGE}
_LETTERS = {"pass": "P", "fail": "F", "hit_and_miss": "?"}
_WAVE = f'<path d="M4.5 13.5l4-4 3.5 4.5 3.5-5 4 4" fill="none" stroke="{LINE}" stroke-width="1.8"/>'
_UP = f'<path d="M16.2 8.5l3.4 6h-6.8z" fill="{INK}"/>'
_DOWN = f'<path d="M16.2 15.5l3.4-6h-6.8z" fill="{INK}"/>'


def variation_icon(word: str, *, size: int = 20) -> str:
    """The SVG of a variation word; empty where there are too few points for one.

    >>> "H" in variation_icon("improving_high"), variation_icon("")
    (True, '')
    """
    if word not in VARIATION_WORDS or not word:
        return ""
    family = word.split("_", maxsplit=1)[0]
    inside = (
        _WAVE if family == "common" else _letter("H", 8.8, 12) + _UP if word.endswith("high") else _letter("L", 8.8, 12) + _DOWN
    )
    return _icon(_EDGES[family], inside, size)


def assurance_icon(word: str, *, size: int = 20) -> str:
    """The SVG of an assurance word; empty where there is no target to speak of.

    >>> ">F<" in assurance_icon("fail"), assurance_icon("")
    (True, '')
    """
    if word not in ASSURANCE_WORDS or not word:
        return ""
    return _icon(_ASSURANCE_EDGES[word], _letter(_LETTERS[word], 12, 13), size)


def _letter(letter: str, x: float, size: int) -> str:
    anchor = 'font-weight="700" text-anchor="middle" font-family="arial, sans-serif"'
    return f'<text x="{x}" y="16.4" font-size="{size}" {anchor} fill="{INK}">{letter}</text>'


def _icon(edge: str, inside: str, size: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cs-icon" viewBox="0 0 24 24" width="{size}" height="{size}" '
        f'aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="10.4" fill="#fff" stroke="{edge}" stroke-width="3"/>'
        f"{inside}</svg>"
    )
