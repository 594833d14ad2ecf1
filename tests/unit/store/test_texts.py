"""Texts in a table of a connection: the same whether they are few or many."""

import pyarrow as pa
import pytest

from clockstop.store import texts
from clockstop.store.engine import open_engine


@pytest.fixture(scope="module")
def engine():
    found = open_engine()
    yield found
    found.close()


@pytest.mark.parametrize("most", [20_000, 2], ids=["as values", "lent"])
def test_texts_keep_their_places_and_what_is_missing(engine, monkeypatch, most):
    """Another's connection does not see them, and the next texts of the name take their place."""
    monkeypatch.setattr(texts, "MANY", most)
    for words in (["b", None, "", "a'\n"], ["only", "two", "three"]):
        texts.take_texts(engine, "words_of_a_test", pa.array(words, pa.string()), text="word", place="place")
        found = engine.run("SELECT word, place FROM words_of_a_test ORDER BY place").to_pydict()
        assert found == {"word": words, "place": list(range(len(words)))}
