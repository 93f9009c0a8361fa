"""The floor of the webhook job, "raw-4": four bare statements through a psycopg pool and a bare Django view.

No middleware, no signature, no routing: number → contact → INSERT call → INSERT timeline, one transaction.
"""

import os

import psycopg_pool
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Dial timeout="20"><Client>s1</Client></Dial></Response>'

BEST = (
    "SELECT id, first_name, last_name, email FROM contacts_contact"
    " WHERE practice_id = %s::bigint AND search_text LIKE %s ORDER BY updated_at DESC, id DESC LIMIT 20"
)

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=[], SECRET_KEY="floor")
    pool = psycopg_pool.ConnectionPool(os.environ["DATABASE_URL"], min_size=4, max_size=8, open=True)


def inbound(request: HttpRequest) -> HttpResponse:
    caller, called, sid = (request.POST[name] for name in ("From", "To", "CallSid"))
    with pool.connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, tenant_id FROM floor.number WHERE e164 = %s", (called,))
        number, tenant = cursor.fetchone()
        cursor.execute("SELECT id FROM floor.contact WHERE tenant_id = %s AND phone = %s LIMIT 1", (tenant, caller))
        row = cursor.fetchone()
        contact = row[0] if row else None
        cursor.execute(
            "INSERT INTO floor.call (tenant_id, number_id, contact_id, sid) VALUES (%s, %s, %s, %s) RETURNING id",
            (tenant, number, contact, sid),
        )
        cursor.execute(
            "INSERT INTO floor.timeline (tenant_id, contact_id, kind, ref) VALUES (%s, %s, 'call', %s)",
            (tenant, contact, cursor.fetchone()[0]),
        )
    return HttpResponse(TWIML, content_type="text/xml")


def search(request: HttpRequest) -> HttpResponse:
    """The best index's answer as text, for the job `search`."""
    with pool.connection() as connection, connection.cursor() as cursor:
        cursor.execute(BEST, (int(os.environ["BENCH_PRACTICE"]), f"%{request.POST['q']}%"))
        return HttpResponse("\n".join(" ".join(map(str, row)) for row in cursor.fetchall()))


urlpatterns = [path("twilio/voice/inbound/", inbound), path("search/", search)]
application = get_wsgi_application()
