"""The REST side: a WSGI application that answers like Twilio's API."""

from telephony.carriers.lab.rest import calls, conferences, messages, numbers, recordings  # noqa: F401 - their routes
from telephony.carriers.lab.rest.app import lab_app

__all__ = ["lab_app"]
