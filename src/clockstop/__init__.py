"""Clockstop: the operations room of a hospital group."""

__version__ = "0.1.0"
