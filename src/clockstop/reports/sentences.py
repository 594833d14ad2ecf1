"""Sentences whose numbers are links: stretches of text, some with the address of what they were counted from."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A stretch of a sentence; a link where it has an address."""

    text: str
    href: str = ""


Sentence = tuple[Part, ...]


def plain(sentence: Sentence) -> str:
    """The sentence as text alone.

    >>> plain((Part("The list fell by "), Part("14", "/measures/rtt_incomplete"), Part(".")))
    'The list fell by 14.'
    """
    return "".join(part.text for part in sentence)


def listed(items: Iterable[Sentence]) -> Sentence:
    """The items one after another as people say them.

    >>> plain(listed([(Part("one"),), (Part("two"),), (Part("three"),)]))
    'one, two and three'
    """
    every = list(items)
    found: list[Part] = []
    for place, item in enumerate(every):
        if place:
            found.append(Part(" and " if place == len(every) - 1 else ", "))
        found += item
    return tuple(found)
