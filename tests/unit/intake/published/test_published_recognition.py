"""Files are known by their content; what is not known, broken or dangerous gets a message that says what to do."""

import zipfile

import pytest

from clockstop.errors import UnreadableFile
from clockstop.intake.published import catalogue, datasets, recognise
from published_extracts import both, extract_text


def refused(home, file):
    with pytest.raises(UnreadableFile) as caught:
        catalogue.load(home, file)
    return str(caught.value)


def test_the_name_of_a_file_says_nothing(home, extract):
    """An extract under any name is an extract."""
    assert catalogue.load(home, extract(both(waits={1: 5}), name="holiday-photos.dat")).publication == "rtt_full_extract"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b,c\n1,2,3\n", "no publication that Clockstop knows"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"", "empty"),
        (b"\x00\x01\x02\x03" * 50, "no publication that Clockstop knows"),
        (b"PK\x03\x04 and then it ends", "damaged or cut short"),
    ],
    ids=["another table", "a web page", "nothing", "bytes", "half a zip"],
)
def test_what_is_no_publication_is_refused(home, tmp_path, content, said):
    """The message names the publications that are known, or what is the matter."""
    file = tmp_path / "file.csv"
    file.write_bytes(content)

    assert said in refused(home, file)


def test_the_message_lists_what_is_known(home, tmp_path):
    """Who brings the wrong file learns which are the right ones."""
    file = tmp_path / "x.csv"
    file.write_text("a,b\n")

    said = refused(home, file)

    assert "RTT full extract" in said
    assert "RTT overview time series" in said


def test_a_file_that_is_not_there(home, tmp_path):
    """A wrong path is said as such."""
    assert "There is no file" in refused(home, tmp_path / "none.zip")


def test_a_zip_cut_short_is_refused(home, extract, zipped):
    """A download that stopped."""
    whole = zipped("whole.zip", **{"a.csv": extract(both(waits={1: 5})).read_bytes()}).read_bytes()
    (cut := home.root / "cut.zip").write_bytes(whole[: len(whole) // 2])

    assert "damaged or cut short" in refused(home, cut)


def test_a_zip_whose_content_was_changed_is_refused(home, extract, zipped):
    """The zip's own check sum does not hold."""
    path = zipped("whole.zip", **{"a.csv": extract(both(waits={1: 5})).read_bytes()})
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))

    assert "damaged or cut short" in refused(home, path)


def test_a_zip_bomb_is_not_unpacked(home, tmp_path):
    """Far more content than a publication has."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open("a.csv", "w") as out:
        for _ in range(60):
            out.write(b"\0" * 1_000_000)

    assert "far more than a publication" in refused(home, path)


def test_a_zip_that_lies_about_its_size_is_stopped(home, extract, zipped, monkeypatch):
    """What really comes out is counted."""
    monkeypatch.setattr(recognise, "LARGEST_CONTENT", 2_000)
    monkeypatch.setattr(recognise, "_refuse_bomb", lambda *_: None)

    assert "far more than a publication" in refused(home, zipped("a.zip", **{"a.csv": extract(both(waits={1: 5})).read_bytes()}))
    assert not list(home.published.glob(".partial-*"))


def test_two_publications_in_one_zip_are_refused(home, extract, zipped):
    """Which of them is meant is not guessed."""
    one, two = extract_text(both(waits={1: 5})), extract_text(both(waits={1: 6}))

    assert "2 publications" in refused(home, zipped("two.zip", **{"a.csv": one, "b.csv": two}))


def test_publications_are_found_by_listing_the_folder():
    """A new publication is one new file, of a dataset that is declared."""
    found = recognise.publications()

    assert {"rtt_full_extract", "rtt_overview", "dm01_provider"} <= set(found)
    assert {publication.dataset for publication in found.values()} <= {"rtt", *datasets.datasets()}
