"""The site as a WSGI application, for gunicorn (cli/serve.py) and any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clockstop.config.settings")

application = get_wsgi_application()


def loaded():
    """The application with every page imported: who says that it can answer, answers at once."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    return application


def warm_up() -> None:
    """Open the snapshot and make the first pages beside the requests; for a worker that has just forked."""
    from clockstop.pages.warming import start_warming

    start_warming()
