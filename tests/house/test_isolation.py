"""No test can reach the real store or the outside world."""

import os
import socket
from pathlib import Path

import pytest
import pytest_socket

import isolation
from clockstop.store.home import home_from_environment


def test_the_home_of_the_tests_is_not_the_real_one():
    assert home_from_environment().root == isolation.SESSION_HOME
    assert isolation.REAL_HOME != isolation.SESSION_HOME


def test_django_keeps_its_database_in_the_home_of_the_tests(settings):
    assert Path(settings.HOME.root) == isolation.SESSION_HOME


def test_outside_sockets_are_off_and_loopback_is_on():
    with pytest.raises((pytest_socket.SocketConnectBlockedError, UserWarning), match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        socket.create_connection(listening.getsockname(), timeout=1).close()


def test_a_home_of_the_tests_own_is_given_back(home):
    assert os.environ["CLOCKSTOP_HOME"] == str(home.root)
