"""A big practice, written in bulk: contacts with a number and a thread each, lines that ring three people."""

from django.db import connection

from aesthetix.operations.setup import setup_practice
from aesthetix.practices.models import Practice, Staff, User
from telephony.models import CarrierAccount, Line, RingMember, StaffCallSettings

CONTACT_ROWS = """
WITH people AS (
    INSERT INTO contacts_contact (practice_id, first_name, last_name, email, lead_source, unverified_caller,
        search_text, created_at, updated_at)
    SELECT %(practice)s, first, last, mail, '', false, lower(first || ' ' || last) || ' ' || mail || ' 1602' || digits,
        now(), now() - i * interval '1 second'
    FROM (SELECT i, (%(first)s::text[])[1 + i %% 40] AS first,
              (%(last)s::text[])[1 + (i / 40) %% 50] || (i / 2000) AS last,
              'p' || i || '@example.com' AS mail, lpad((2000000 + i)::text, 7, '0') AS digits
          FROM generate_series(0, %(count)s - 1) i) made
    RETURNING id, practice_id, right(search_text, 11) AS digits),
phones AS (
    INSERT INTO contacts_contactphone (practice_id, contact_id, number, label, position, is_shared)
    SELECT practice_id, id, '+' || digits, 'mobile', 0, false FROM people)
INSERT INTO conversations_thread (practice_id, contact_id, last_item_at, last_kind, preview, unread_count)
SELECT practice_id, id, now() - interval '1 day', 'text', 'See you soon', 0 FROM people
"""
FIRST = "Ana Bea Camila Dana Elif Faye Grace Hannah Ines Jade Kim Lena Mara Nina Olive Paula Quinn Rosa Sofia Tara \
Uma Vera Willa Xenia Yara Zoe Amara Bianca Carmen Deepa Ella Freya Gina Holly Iris Joan Kara Layla Maya Noor".split()
LAST = "Abrams Bianchi Castel Dubois Eriksen Fournier Grant Haddad Ivanov Jensen Kowalski Lindqvist Moretti Novak \
Obi Park Quist Ruiz Silva Tanaka Usman Vidal Whitfield Xu Young Zeman Alves Brandt Chen Duarte Evans Fischer Gomez \
Holm Iqbal Jones Krishnan Lopez Mansour Nguyen Osei Petrova Ramos Stern Turner Ueda Vargas West Yilmaz Zhao".split()


def fill(
    contacts: int, lines: int, *, account_sid: str, token: str, slug: str = "bench", prefix: str = "+1480555"
) -> Practice:
    admin = setup_practice(
        name=f"Bench {slug}",
        slug=slug,
        time_zone="America/Phoenix",
        admin_email=f"admin@{slug}.example",
        admin_name="Ada Admin",
    )
    practice = admin.practice
    CarrierAccount.objects.create(practice=practice, account_sid=account_sid, auth_token=token)
    _add_lines(practice, prefix, [admin, *(_member(practice, f"m{i}@{slug}.example") for i in range(2))], lines)
    with connection.cursor() as cursor:
        cursor.execute(CONTACT_ROWS, {"practice": practice.pk, "count": contacts, "first": FIRST, "last": LAST})
        cursor.execute("ANALYZE")
    return practice


def _member(practice: Practice, email: str) -> Staff:
    user = User.objects.create_user(email=email, name=email, active_practice=practice)
    member: Staff = Staff.objects.create(practice=practice, user=user)
    return member


def _add_lines(practice: Practice, prefix: str, people: list[Staff], count: int) -> None:
    for person in people:
        StaffCallSettings.objects.create(staff=person)
    for index in range(count):
        line = Line.objects.create(practice=practice, number=f"{prefix}{index:04d}", name=f"Line {index}")
        RingMember.objects.bulk_create([RingMember(line=line, staff=person) for person in people])
