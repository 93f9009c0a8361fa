from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.text import slugify

from aesthetix.operations.setup import setup_practice
from aesthetix.practices.models import User


class Command(BaseCommand):
    help = "Sets up a practice with its first admin, and prints the link with which the admin chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help='such as "Glow Med Spa, Scottsdale"')
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", default="")
        parser.add_argument("--time-zone", default="America/Phoenix")
        parser.add_argument("--company-phone", default="")
        parser.add_argument("--slug", help="made from the name if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            admin = setup_practice(
                name=options["name"],
                slug=options["slug"] or slugify(options["name"]),
                time_zone=options["time_zone"],
                company_phone=options["company_phone"],
                admin_email=options["admin_email"],
                admin_name=options["admin_name"],
            )
        except ValidationError as refused:
            raise CommandError(_in_words(refused)) from refused
        self.stdout.write(f"{admin.practice.name} is set up ({admin.practice.slug}).")
        if not admin.user.has_usable_password():
            self.stdout.write(f"{admin.user.email} chooses a password here: {_password_link(admin.user)}")


def _in_words(refused: ValidationError) -> str:
    return " ".join(f"--{field.replace('_', '-')}: {' '.join(texts)}" for field, texts in refused.message_dict.items())


def _password_link(user: User) -> str:
    keys = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=keys)
    return f"{settings.PUBLIC_BASE_URL}{path}"
