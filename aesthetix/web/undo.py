"""Undo before confirm: what was done is said with a button that takes it back."""

from django.contrib import messages
from django.http import HttpRequest


def offer_undo(request: HttpRequest, text: str, url: str) -> None:
    """A toast for what just happened; its button posts to `url`, which must be safe to post twice."""
    messages.success(request, text, extra_tags=url)
