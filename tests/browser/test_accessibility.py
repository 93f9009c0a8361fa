"""The gate of WCAG 2.2 AA: axe, reflow and a walk with the Tab key on every page."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.pages import PAGES

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


def each_page(world, served, open_tab, width):
    """Every page in its state, in tabs of one width; yields its name and the tab."""
    own, visitor = open_tab(served, world.admin, width), open_tab(served, None, width)
    for page in PAGES:
        tab = visitor if page.visitor else own
        answer = tab.goto(page.address(world))
        assert answer.status == page.status, f"{page.name}: {answer.status}"
        tab.wait_for_load_state("networkidle")
        page.then(tab)
        yield page.name, tab


def _told(violation):
    where = [node["target"][0] for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']} at {where}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(world, served, open_tab, width):
    axe, found = Axe(), {}
    for name, tab in each_page(world, served, open_tab, width):
        violations = axe.run(tab, options=OPTIONS).response["violations"]
        if violations:
            found[name] = [_told(one) for one in violations]
    assert not found


OVERFLOW = """() => {
  const STRIPS = '.table-wrap, .ax-tools, .ax-seg, .visually-hidden, .ax-skip, dialog';
  const wide = [...document.querySelectorAll('body *')].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !e.closest(STRIPS);
  });
  return document.documentElement.scrollWidth > innerWidth || wide.length
    ? wide.slice(0, 3).map((e) => e.tagName + '.' + e.className) : null;
}"""


@pytest.mark.timeout(300)
def test_nothing_scrolls_sideways_at_320_pixels(world, served, open_tab):
    found = {name: wide for name, tab in each_page(world, served, open_tab, 320) if (wide := tab.evaluate(OVERFLOW))}
    assert not found


# What the focus is on, and whether it can be seen there with its ring.
FOCUS = """() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const box = e.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height, 20) / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const style = getComputedStyle(e);
  return {
    what: e.outerHTML.slice(0, 90),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && !!top
      && (e.contains(top) || top.contains(e) || !!e.labels?.[0]?.contains(top)),
  };
}"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", [1440, 390])
def test_the_tab_key_reaches_what_one_can_see(world, served, open_tab, width):
    walked = {"inbox", "conversation", "contacts", "contact", "contact, edit", "line", "account"}
    hidden = {}
    for name, tab in each_page(world, served, open_tab, width):
        if name not in walked:
            continue
        tab.evaluate("document.activeElement.blur()")
        stops = []
        for _ in range(120):
            tab.keyboard.press("Tab")
            stop = tab.evaluate(FOCUS)
            if stop is None or (stops and stop["what"] == stops[0]["what"]):
                break
            stops.append(stop)
        assert len(stops) > 8, name
        bad = [stop["what"] for stop in stops if not (stop["ring"] and stop["seen"])]
        if bad:
            hidden[name] = bad
    assert not hidden
