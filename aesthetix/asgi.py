"""The live stream's own small program in production; pages and webhooks run on WSGI (reference: Django's
ASGI handler costs three to nine times the CPU for a request and its response)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aesthetix.settings")
application = get_asgi_application()
