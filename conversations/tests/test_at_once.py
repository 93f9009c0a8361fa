"""Several workers and webhooks at the same moment, each with its own connection to the database."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from aesthetix.events.due import drain
from aesthetix.events.models import Event
from aesthetix.practices.actor import Actor
from contacts.models import Contact
from conversations.models import Item, Message, OptOut, Thread
from conversations.services.inbound import receive_text
from conversations.services.send import send_message
from conversations.services.status import apply_status
from conversations.services.threads import add_item

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 4


def at_once(*jobs):
    """Run the jobs in threads that start together; their results in order."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        gate.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def inbound(rig, sid, number="+16025550155", body="Hi"):
    return lambda: receive_text(practice=rig.glow, sid=sid, from_number=number, to_number="+16025550190", body=body)


def test_workers_do_not_send_a_text_twice(rig, send):
    for at in range(30):
        send(f"k{at}", body=f"Text {at}")
    at_once(*[lambda: drain("messages")] * TOGETHER)
    drain("messages")
    assert sorted(text["body"] for text in rig.carrier.taken) == sorted(f"Text {at}" for at in range(30))


def test_the_same_text_delivered_together_is_one_text(rig):
    results = at_once(*[inbound(rig, "SM1")] * TOGETHER)
    assert len({message.pk for message in results}) == 1
    assert Message.objects.for_practice(rig.glow).count() == Item.objects.for_practice(rig.glow).count() == 1
    assert Thread.objects.for_practice(rig.glow).get().unread_count == 1
    assert Event.objects.for_practice(rig.glow).filter(type="message.received").count() == 1


def test_texts_together_from_a_new_number_make_one_contact(rig):
    at_once(*[inbound(rig, f"SM{at}") for at in range(TOGETHER)])
    assert Contact.objects.for_practice(rig.glow).filter(unverified_caller=True).count() == 1
    assert Thread.objects.for_practice(rig.glow).get().unread_count == TOGETHER


def test_stop_said_twice_together_is_one_opt_out(rig):
    at_once(*[inbound(rig, f"SM{at}", body="STOP") for at in range(TOGETHER)])
    assert OptOut.objects.for_practice(rig.glow).count() == 1


def test_one_key_sent_together_is_one_text(rig):
    job = {"contact": rig.grace, "body": "Hello", "key": "k", "origin": "workflow"}
    results = at_once(*[lambda: send_message(actor=Actor.system(rig.glow, "Workflow"), **job)] * TOGETHER)
    assert len({message.pk for message in results}) == 1
    assert Item.objects.for_practice(rig.glow).count() == 1


def test_items_together_make_one_thread_and_lose_no_count(rig):
    def add(ref):
        return lambda: add_item(rig.glow, None, "call", ref=ref, unread=True)

    at_once(*[add(ref) for ref in range(TOGETHER)])
    assert Thread.objects.for_practice(rig.glow).get().unread_count == TOGETHER


def test_statuses_together_end_at_the_highest(rig, send):
    message = send()
    drain("messages")

    def report(word):
        own = Message.objects.for_practice(rig.glow).get(pk=message.pk)
        return lambda: apply_status(message=own, status=word, sid=own.provider_sid)

    at_once(*[report(word) for word in ("sent", "delivered", "sending", "delivered")])
    assert Message.objects.for_practice(rig.glow).get().state == "delivered"
    assert Event.objects.for_practice(rig.glow).filter(type="message.sent").count() == 1
