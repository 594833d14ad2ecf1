"""Where a number of unplanned care leads: its list, its measure, its ward; empty where there is no such page yet."""

from django.urls import NoReverseMatch, reverse

from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.lists import lists
from clockstop.answers.place import Placed
from clockstop.answers.scope import Scope
from clockstop.measures.catalogue import families
from clockstop.nhsuk.templating import url
from clockstop.pages.lists import list_address


def list_href(slug: str, *, group: str = "", **words: str) -> str:
    """The address of a list, narrowed by those of the words that it knows."""
    listed = lists().get(slug)
    if listed is None:
        return ""
    known = {"trust", "site", *(one.column for one in listed.filters)}
    query = {name: value for name, value in words.items() if value and name in known}
    groups = {one.slug for one in listed.groups}
    return list_address(listed, **query, **({"group": group} if group in groups else {}))


def measure_href(rule: str, **words: str) -> str:
    """The address of the first measure that counts by that rule of the rule book."""
    found = (one.slug for members in families().values() for one in members if rule in one.rules)
    slug = next(found, "")
    return url("show_measure", slug, **words) if slug else ""


def ward_href(trust: str, ward_code: str) -> str:
    """The address of a ward's board round."""
    try:
        return reverse("show_ward", args=[trust, ward_code])
    except NoReverseMatch:
        return ""


def place_selects(scope: Scope, opened: Desk, place: Placed) -> list[dict]:
    """The filters of organisation and site; the sites of the trust that is chosen, or of all."""
    trusts = organisation.tree(scope, opened)
    every = [("", "All our trusts")] if len(trusts) > 1 else []
    sites = [(site.code, site.name) for trust in trusts if place.trust in ("", trust.code) for site in trust.sites]
    return [
        {"name": "trust", "label": "Organisation", "options": [*every, *((one.code, one.name) for one in trusts)],
         "value": place.trust},
        {"name": "site", "label": "Site", "options": [("", "All sites"), *sites], "value": place.site},
    ]  # fmt: skip
