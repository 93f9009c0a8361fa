"""Lists that people keep: a name for filters, an order and columns."""

from django.db import models

from aesthetix.lib import clock
from aesthetix.practices.models import Staff
from aesthetix.practices.scoping import PracticeOwned


class SmartList(PracticeOwned):
    """One's own, or shared with the practice. What is in it is asked anew each time, as whoever looks may see it."""

    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    shared = models.BooleanField(default=False)
    query = models.CharField(max_length=2000, blank=True, help_text="the list's filters as its address has them")
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeOwned.Meta):
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="smart_list_once")]

    def __str__(self) -> str:
        return self.name
