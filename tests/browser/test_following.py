"""Open pages follow what happens, and leave alone what somebody is using."""

import itertools

import pytest

from aesthetix.practices.models import Staff
from conversations.models import Message
from conversations.services.inbound import receive_text

SIDS = itertools.count(1)


@pytest.fixture
def text(world):
    def receive(body, number=None):
        receive_text(
            practice=world.practice,
            sid=f"SMlive{next(SIDS)}",
            from_number=number or world.contact.main_number,
            to_number=world.line.number,
            body=body,
        )

    return receive


@pytest.fixture
def tab(world, streaming, open_tab):
    tab = open_tab(streaming, world.admin)
    tab.goto(f"/inbox/{world.contact.pk}/")
    tab.wait_for_selector("html[data-live-state=open]")
    return tab


def test_a_text_appears_in_the_thread_while_somebody_writes(tab, text):
    tab.fill("#msg", "Half a sente")
    text("A text that came in just now")
    tab.wait_for_selector("#thread >> text=A text that came in just now")
    assert tab.input_value("#msg") == "Half a sente"
    assert tab.evaluate("document.activeElement.id") == "msg"


def test_a_state_changes_in_place(tab, world, text):
    message = Message.objects.for_practice(world.practice).filter(inbound=False, thread__contact=world.contact).last()
    Message.objects.for_practice(world.practice).filter(pk=message.pk).update(state="failed", reason="Call instead.")
    text("Something else")
    tab.wait_for_selector(f"#item-{message.item.pk} >> text=Call instead.")


def test_a_new_conversation_comes_to_the_top_and_is_counted(tab, text):
    tab.mouse.move(1300, 400)
    text("Somebody new", number="+14805550199")
    tab.wait_for_selector("#list > li:first-child >> text=(480) 555-0199")
    assert "unread" in tab.text_content("#badge-inbox")


def test_a_list_that_somebody_points_at_is_not_reordered(tab, text):
    tab.hover("#list > li:nth-child(2)")
    first = tab.get_attribute("#list > li:first-child", "id")
    text("Somebody new", number="+14805550199")
    tab.wait_for_selector("button:has-text('1 new')")
    assert tab.get_attribute("#list > li:first-child", "id") == first
    tab.click("button:has-text('1 new')")
    tab.wait_for_selector("#list > li:first-child >> text=(480) 555-0199")


def test_who_reads_further_up_stays_there(tab, text):
    log = tab.locator("#thread [role=log]")
    log.evaluate("e => { e.style.height = '200px'; e.style.flex = 'none'; e.scrollTop = -150; }")
    before = log.locator("li").first.bounding_box()
    text("Below the fold")
    tab.wait_for_selector("#thread >> text=Below the fold", state="attached")
    assert log.locator("li").first.bounding_box()["y"] == pytest.approx(before["y"], abs=2)


def test_stop_closes_the_composer_and_start_opens_it_with_what_was_written(tab, text):
    tab.fill("#msg", "Half a sente")
    text("STOP")
    tab.wait_for_selector("#composer >> text=No texts to")
    assert tab.is_disabled("#composer [type=submit]")
    text("START")
    tab.wait_for_selector("#composer [type=submit]:enabled")
    assert tab.input_value("#msg") == "Half a sente"
    assert not tab.is_visible("#composer >> text=No texts to")


def test_the_number_of_unread_conversations_follows(tab, text):
    before = tab.locator("#view-unread b").inner_text() if tab.locator("#view-unread b").count() else "0"
    text("Somebody new", number="+14805550199")
    tab.wait_for_selector(f"#view-unread b:text-is('{int(before) + 1}')")


def test_pressing_send_twice_sends_one(tab, world):
    tab.fill("#msg", "Once is enough")
    tab.dblclick("text=Send text")
    tab.wait_for_selector("#thread >> text=Once is enough")
    assert Message.objects.for_practice(world.practice).filter(body="Once is enough").count() == 1


def test_the_stream_outlives_navigation(tab, text):
    tab.evaluate("document.getElementById('live').kept = true")
    tab.click(".ax-rail >> text=Contacts")
    tab.wait_for_selector("h1:has-text('Contacts')")
    assert tab.evaluate("document.activeElement.tagName") == "H1"
    assert tab.evaluate("document.getElementById('live').kept")
    tab.go_back()
    tab.wait_for_selector("#thread")
    text("After coming back")
    tab.wait_for_selector("#thread >> text=After coming back")


def test_more_tabs_than_connections_follow_and_outlive_the_one_that_listens(tab, world, text):
    others = [tab.context.new_page() for _ in range(7)]
    for other in others:
        other.goto(f"/inbox/{world.contact.pk}/")
        other.wait_for_selector("html[data-live-state=open]")
    text("To every tab")
    for each in [tab, *others]:
        each.wait_for_selector("#thread >> text=To every tab")
    tab.close()
    text("To the tabs that are left")
    for other in others:
        other.wait_for_selector("#thread >> text=To the tabs that are left")


def test_a_tab_of_another_practice_shows_nobodys_patients(tab, world):
    elsewhere = Staff.objects.across_practices().filter(user=world.admin).exclude(practice=world.practice).get()
    world.admin.active_practice = elsewhere.practice
    world.admin.save()
    tab.click("#list > li:nth-child(2) a")
    tab.wait_for_selector("#toasts .ax-toast")
    tab.click(".ax-rail >> text=Contacts")
    tab.wait_for_selector("#toasts >> text=You switched practice")


def test_no_patient_data_stays_in_the_browser(tab, world):
    tab.click(".ax-rail >> text=Contacts")
    tab.wait_for_selector("h1:has-text('Contacts')")
    kept = tab.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert world.contact.first_name not in kept
    assert "<" not in kept


def test_keys_move_through_the_inbox(tab, world):
    tab.locator("h1").focus()
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    second = tab.locator("#list > li:nth-child(2) a")
    assert second.evaluate("e => e === document.activeElement")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#list > li:nth-child(2) a[aria-current]")
    tab.keyboard.press("r")
    tab.keyboard.press("g")
    tab.keyboard.press("c")
    assert tab.input_value("#msg") == "gc"
    tab.locator("h1").focus()
    tab.keyboard.press("g")
    tab.keyboard.press("c")
    tab.wait_for_selector("h1:has-text('Contacts')")


def test_keys_that_are_switched_off_do_nothing(world, streaming, open_tab):
    world.admin.single_key_shortcuts = False
    world.admin.save()
    tab = open_tab(streaming, world.admin)
    tab.goto("/contacts/")
    tab.wait_for_load_state("networkidle")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") != "q"


def test_a_lost_connection_is_said_after_a_while_and_taken_back(tab, streaming_server):
    streaming_server.stop()
    tab.wait_for_selector("#live >> text=Reconnecting. Calls still ring.", timeout=15_000)
    assert "Reconnecting" in tab.text_content("#say-polite")
    streaming_server.start()
    tab.wait_for_selector("#live", state="hidden", timeout=20_000)
