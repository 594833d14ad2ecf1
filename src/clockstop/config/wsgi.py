"""The site as a WSGI application, for gunicorn (cli/serve.py) and any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clockstop.config.settings")

application = get_wsgi_application()


def warm_up() -> None:
    """Open the snapshot and make the first pages beside the requests; for a worker that has just forked.

    The pages themselves are imported here, so that a worker that says it can answer answers at once.
    """
    from django.urls import get_resolver

    from clockstop.pages.warming import start_warming

    assert get_resolver().url_patterns
    start_warming()
