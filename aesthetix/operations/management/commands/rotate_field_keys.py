from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.db.models.functions import Cast

from aesthetix.lib.crypto import EncryptedTextField, decrypt, encrypt
from telephony.models import CarrierAccount
from telephony.services import last_known
from telephony.services.profile import load_profile


class Command(BaseCommand):
    help = (
        "Encrypts every secret in the database again, with the newest of FIELD_ENCRYPTION_KEYS. "
        "After it, older keys can be taken out of the setting. Safe to run while people work, and to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for model, field in _encrypted_fields():
            done, failed = self._rotate(model, field)
            self.stdout.write(f"{model._meta.label}.{field.name}: {done} encrypted with the newest key.")
            unreadable += failed
        done, failed = _rotate_second_factors()
        self.stdout.write(f"Second factors: {done} encrypted with the newest key.")
        unreadable += failed
        if unreadable:
            raise CommandError(
                f"{unreadable} cannot be read with any of FIELD_ENCRYPTION_KEYS and were left as they are."
            )
        _renew_last_known_routes()

    def _rotate(self, model: type[models.Model], field: EncryptedTextField) -> tuple[int, int]:
        done = failed = 0
        rows = model._base_manager.annotate(stored=Cast(field.name, models.TextField()))
        for pk, stored in rows.exclude(stored="").values_list("pk", "stored").iterator():
            try:
                secret = decrypt(stored)
            except InvalidToken:
                self.stderr.write(f"{model._meta.label} {pk}: {field.name} cannot be read.")
                failed += 1
                continue
            # Only if nobody changed it meanwhile: a new secret is encrypted with the newest key anyway.
            done += rows.filter(pk=pk, stored=stored).update(**{field.name: secret})
        return done, failed


def _rotate_second_factors() -> tuple[int, int]:
    """Their secrets lie within JSON: the key of an authenticator app, the seed of recovery codes."""
    done = failed = 0
    for pk, data in Authenticator.objects.exclude(type="webauthn").values_list("pk", "data").iterator():
        try:
            fresh = data | {name: encrypt(decrypt(data[name])) for name in ("secret", "seed") if name in data}
        except InvalidToken:
            failed += 1
            continue
        done += Authenticator.objects.filter(pk=pk, data=data).update(data=fresh)
    return done, failed


def _renew_last_known_routes() -> None:
    """The cache holds tokens too, for the day on which the database is away."""
    for account in CarrierAccount.objects.select_related("practice"):
        last_known.remember_routes(account.practice, load_profile(account.practice))


def _encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field
