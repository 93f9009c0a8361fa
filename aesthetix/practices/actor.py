"""Who does something: a staff member, a program with a key, or the system itself."""

from dataclasses import dataclass
from typing import Self

from aesthetix.practices.models import ApiKey, Practice, Staff


@dataclass(frozen=True)
class Actor:
    practice: Practice
    staff: Staff | None = None
    api_key: ApiKey | None = None
    label: str = ""
    ip: str | None = None

    @classmethod
    def system(cls, practice: Practice, label: str) -> Self:
        """`label` says which part acts, in staff language: "Workflow", "Incoming call"."""
        return cls(practice=practice, label=label)

    def __str__(self) -> str:
        if self.staff:
            return self.staff.user.name
        return f"API key {self.api_key.name}" if self.api_key else self.label
