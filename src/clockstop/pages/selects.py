"""The selects of a page's line of filters."""

from collections.abc import Iterable


def select(name: str, label: str, options: Iterable[tuple[str, str]], value: str) -> dict:
    """One of them: its name in the address, its label, each choice with its words, and which one stands."""
    return {"name": name, "label": label, "options": list(options), "value": value}
