"""Readings come from settings.toml; a wrong key or kind is named to its owner."""

import pytest

from clockstop.errors import UnreadableFile
from clockstop.rules.readings import Readings
from clockstop.store.home import Home
from clockstop.store.settings import readings


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def test_without_a_file_the_defaults_hold(home):
    assert readings(home) == Readings()


def test_a_chosen_reading_replaces_its_default(home):
    home.settings_file.write_text("[readings]\nsuspected_cancer_first_dna_runs_on = true\n")
    assert readings(home) == Readings(suspected_cancer_first_dna_runs_on=True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[readings]\nsuspected_cancer = true\n", "no reading named suspected_cancer"),
        ('[readings]\nre_referral_may_be_nullified = "yes"\n', "true or false"),
        ("[readings\n", "cannot be read as TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(home, text, says):
    home.settings_file.write_text(text)
    with pytest.raises(UnreadableFile, match=says) as raised:
        readings(home)
    assert "settings.toml" in str(raised.value)
