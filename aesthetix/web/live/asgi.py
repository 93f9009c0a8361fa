"""What a server mounts at /live/. The program that mounts it has set Django up."""

from django.core.asgi import get_asgi_application

live_application = get_asgi_application()
