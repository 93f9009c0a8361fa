"""The columns that a list of contacts can show beside the name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    slug: str
    label: str


COLUMNS = (
    Column("phone", "Phone"),
    Column("email", "Email"),
    Column("tags", "Tags"),
    Column("assigned", "Assigned to"),
    Column("birthday", "Birthday"),
    Column("source", "Lead source"),
    Column("created", "Created"),
    Column("change", "Last change"),
)
USUAL = ("phone", "email", "tags", "assigned", "change")


def chosen(slugs: list[str]) -> list[Column]:
    """In their own order, whatever the order in which they were ticked."""
    wanted = set(slugs) or set(USUAL)
    return [column for column in COLUMNS if column.slug in wanted]
