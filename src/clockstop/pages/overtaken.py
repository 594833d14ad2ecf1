"""A form that somebody else overtook: shown again with what was typed, so that saving once more takes the place of what stands."""

from django.http import QueryDict


def again(posted: QueryDict, version: int, *, name: str = "version") -> QueryDict:
    """What was posted, with the version that now stands."""
    kept = posted.copy()
    kept[name] = str(version)
    return kept
