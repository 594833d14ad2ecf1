"""What does a column mean? The data dictionary: searched, opened table by table, taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.errors import UnknownName
from clockstop.measures.catalogue import measures
from clockstop.pages import exports
from clockstop.pages.context import crumbs_to, page
from clockstop.reports.dictionary import HEADINGS, Described, Entry, dictionary, lines

TITLE = "What does a column mean?"
MOST_FOUND = 100


@dataclass(frozen=True)
class Found:
    """A column that a search found."""

    name: str
    table: Described
    entry: Entry


def show_dictionary(request: HttpRequest) -> HttpResponse:
    """Every dataset and fact, or with `q` the columns whose name, meaning, element or codes say it; with `format` all of them."""
    if request.GET.get("format") in exports.FORMATS:
        return exports.export(request.GET["format"], name="data-dictionary", columns=HEADINGS, rows=lines(), notes=[TITLE])
    text = " ".join(request.GET.get("q", "").split())[:80]
    found = search(text) if text else []
    return page(
        request, "pages/dictionary.jinja", title=TITLE, crumbs=crumbs_to(), hide_as_of=True, text=text, found=found[:MOST_FOUND],
        number=len(found), path=reverse("show_dictionary"), tables=list(dictionary().items()), most=MOST_FOUND,
    )  # fmt: skip


def show_dictionary_table(request: HttpRequest, table: str) -> HttpResponse:
    """One dataset or fact, column by column."""
    name = table if table in dictionary() else f"{table.removesuffix('-fact')} (fact)"
    if name not in dictionary():
        raise UnknownName(f"There is no table {table[:60]}.", where="The data dictionary.", do="Choose one from the dictionary.")
    found = dictionary()[name]
    crumbs = crumbs_to((TITLE, reverse("show_dictionary")))
    return page(
        request, "pages/dictionary_table.jinja", title=found.title, crumbs=crumbs, hide_as_of=True, found=found,
        titles={slug: one.title for slug, one in measures().items()}, known=dictionary(), address_of=address_of,
    )  # fmt: skip


def address_of(name: str) -> str:
    """The address of a table of the dictionary."""
    return reverse("show_dictionary_table", args=[name.replace(" (fact)", "-fact")])


def search(text: str) -> list[Found]:
    """The columns that say every word, those whose name says them first."""
    words = text.lower().replace("_", " ").split()
    found = [Found(name, one, entry) for name, one in dictionary().items() for entry in one.entries if _says(one, entry, words)]
    return sorted(found, key=lambda one: (not _is_named(one.entry, words), one.entry.column, one.name))


def _is_named(entry: Entry, words: Sequence[str]) -> bool:
    name = entry.column.replace("_", " ")
    return all(word in name for word in words)


def _says(one: Described, entry: Entry, words: Sequence[str]) -> bool:
    codes = " ".join((*entry.codes, *entry.codes.values()))
    said = f"{entry.column.replace('_', ' ')} {entry.meaning} {entry.element} {one.title} {codes}".lower()
    return all(word in said for word in words)
