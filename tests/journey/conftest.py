"""The synthetic group's histories, made once for the journey tests."""

import pytest

from synthetic_clocks import histories_at


@pytest.fixture(scope="session")
def histories():
    """By trust's code, its records and truth at a fiftieth of the full size."""
    return histories_at(0.02)
