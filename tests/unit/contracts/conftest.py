"""A home with one trust."""

import pytest

from clockstop.store.home import Home


@pytest.fixture
def home(tmp_path):
    """A home that knows the trust RXX."""
    found = Home(tmp_path / "home")
    file = found.organisation_file("RXX")
    file.parent.mkdir(parents=True)
    file.write_text('code = "RXX"\nname = "Made-up Hospitals"\nis_synthetic = true\n')
    return found
