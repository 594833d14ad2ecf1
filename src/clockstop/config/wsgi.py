"""The site as a WSGI application, for gunicorn (cli/serve.py) and any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clockstop.config.settings")

application = get_wsgi_application()
