"""The site as a WSGI application, for gunicorn (cli/serve.py) and any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clockstop.config.settings")

application = get_wsgi_application()


def warm_up() -> None:
    """Open the snapshot and make the first pages beside the requests; for a worker that has just forked."""
    from clockstop.pages.warming import start_warming

    start_warming()
