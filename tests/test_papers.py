"""The papers are true: what they name exists, what must be written down is."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAPERS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
ROOMS = ("aesthetix", "contacts", "conversations", "telephony", "documents", "workflows", "a360_sync", "tests", "bench")


@lru_cache
def files():
    found = [path for room in (*ROOMS, "docs", "scripts") for path in (ROOT / room).rglob("*") if path.is_file()]
    return [path.relative_to(ROOT).as_posix() for path in [*found, *ROOT.glob("*")]]


def named(path):
    """Files of ours whose path ends in this one."""
    return [ROOT / file for file in files() if f"/{file}".endswith(f"/{path.removeprefix('./')}")]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_somewhere(paper):
    text = re.sub(r"```.*?```", "", paper.read_text(), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "//" not in link and not link.startswith("#")]
    assert [link for link in links if not (paper.parent / link.split("#")[0]).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_file_that_is_named_exists(paper):
    names = re.findall(r"`([\w./-]+\.(?:py|ya?ml|html|js|css|toml|md))(?:::\w+|: [\w, ]+)?`", paper.read_text())
    assert [name for name in names if not named(name)] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_test_and_name_that_is_pointed_at_exists(paper):
    pointed = re.findall(r"`([\w./-]+\.py)(?:::|: )([\w, ]+)`", paper.read_text())
    lost = [
        f"{path}: {name}"
        for path, names in pointed
        for name in names.split(", ")
        if not any(re.search(rf"\b{name}\b", file.read_text()) for file in named(path))
    ]
    assert lost == []


def test_what_works_is_shown_by_a_script_or_a_test():
    rows = re.findall(
        r"^\| [PCRA]\d+ \| (.+?) \| (.+?) \| (.*?) \| (.*?) \|$", (DOCS / "product-coverage.md").read_text(), re.M
    )
    assert len(rows) > 190
    bare = [statement for statement, today, where, shown in rows if today == "works" and not (shown and where)]
    assert bare == []
    assert {re.split(r"[:(]", today)[0].strip() for _, today, _, _ in rows} == {"works", "in part", "not yet"}


def test_every_script_of_the_phone_lab_shows_something():
    covered = (DOCS / "product-coverage.md").read_text() + "".join(paper.read_text() for paper in PAPERS)
    scripts = sorted((ROOT / "telephony/rehearsal/scripts").glob("*.yaml"))
    assert [script.name for script in scripts if script.name not in covered] == []


def test_decisions_are_numbered_listed_and_short():
    listed = (DOCS / "decisions/README.md").read_text()
    pages = sorted(path for path in (DOCS / "decisions").glob("*.md") if path.name != "README.md")
    assert [int(page.name[:3]) for page in pages] == list(range(1, len(pages) + 1))
    assert [page.name for page in pages if page.name not in listed or len(page.read_text().splitlines()) > 30] == []


def test_the_readme_fits_on_two_screens_and_shows_one():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 120
    assert "docs/screenshots/" in text


def test_every_runtime_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text().split("dependencies = [")[1].split("]\n")[0]
    reasons = (DOCS / "decisions/014-dependencies.md").read_text()
    names = re.findall(r'"([\w-]+)', project)
    assert [name for name in names if name not in reasons] == []
    assert len(names) <= 35


def test_every_environment_variable_is_described():
    settings = (ROOT / "aesthetix/settings.py").read_text()
    described = (DOCS / "operators.md").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"(\w+)"', settings))
    assert sorted(name for name in names if f"`{name}`" not in described) == []
