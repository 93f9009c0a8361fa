import getpass
import os
import sys
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from aesthetix.lib import phone
from aesthetix.operations.setup import LABEL, complete_practice, ensure_line, setup_practice
from aesthetix.practices.actor import Actor
from aesthetix.practices.models import Practice, Staff, User
from telephony.carriers.base import ProviderTemporary
from telephony.carriers.twilio.setup import Verdict
from telephony.models import CarrierAccount
from telephony.services.carrier import check_setup, store_account

TOKEN_VARIABLE = "TWILIO_AUTH_TOKEN"  # noqa: S105  (its name, not a token)


class Command(BaseCommand):
    help = (
        "Sets up a practice: hours, voice settings, workflows, its first admin, its carrier account and its lines, "
        "and prints the link with which the admin chooses a password. Running it again adds what is missing and "
        "changes nothing else, except for a new auth token."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help='such as "Glow Med Spa, Scottsdale"')
        parser.add_argument("--slug", default="", help="made from the name if not given; names the practice ever after")
        parser.add_argument("--time-zone", default="America/Phoenix")
        parser.add_argument("--company-phone", default="")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", default="")
        parser.add_argument("--account-sid", default="", help="the carrier account: AC and 32 letters and digits")
        parser.add_argument(
            "--auth-token",
            default="",
            help=f'"-" reads it from standard input; without this option it comes from {TOKEN_VARIABLE}. '
            "Written out here it would stay in the shell's history",
        )
        parser.add_argument("--carrier-url", help="where the carrier listens, if it is not Twilio")
        parser.add_argument("--line", action="append", default=[], metavar="NUMBER:NAME", help="repeat for each line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                admin = self._practice(options)
                account = self._account(admin.practice, options)
                self._lines(admin.practice, options["line"])
        except ValidationError as refused:
            raise CommandError(_in_words(refused)) from refused
        if account:
            self._check(account)
        if not admin.user.has_usable_password():
            self.stdout.write(f"{admin.user.email} chooses a password here, once: {_password_link(admin.user)}")

    def _practice(self, options: dict[str, Any]) -> Staff:
        slug = options["slug"] or slugify(options["name"])
        who = {"admin_email": options["admin_email"], "admin_name": options["admin_name"]}
        existing = Practice.objects.filter(slug=slug).first()
        if existing:
            self.stdout.write(f"{existing.name} ({slug}) exists and keeps its settings.")
            return complete_practice(practice=existing, **who)
        new = {name: options[name] for name in ("name", "time_zone", "company_phone")}
        admin = setup_practice(slug=slug, **new, **who)
        self.stdout.write(f"{admin.practice.name} is set up ({slug}).")
        return admin

    def _account(self, practice: Practice, options: dict[str, Any]) -> CarrierAccount | None:
        if not options["account_sid"]:
            return None
        return store_account(
            actor=Actor.system(practice, LABEL),
            account_sid=options["account_sid"],
            auth_token=_auth_token(options["auth_token"]),
            base_url=options["carrier_url"],
        )

    def _lines(self, practice: Practice, texts: list[str]) -> None:
        for text in texts:
            number, _, name = text.partition(":")
            try:
                line, new = ensure_line(practice=practice, number=number, name=name.strip() or number.strip())
            except ValidationError as refused:
                raise CommandError(f"--line {text}: {' '.join(refused.messages)}") from refused
            said = "added" if new else "exists and keeps its settings"
            self.stdout.write(f"Line {line.name}, {phone.display(line.number)}: {said}.")

    def _check(self, account: CarrierAccount) -> None:
        page = settings.PUBLIC_BASE_URL + reverse("telephony:carrier")
        try:
            report = check_setup(account)
        except ProviderTemporary:
            self.stdout.write(f"The carrier cannot be reached from here. Check the account later: {page}")
            return
        wrong = sum(each["verdict"] == Verdict.WRONG for each in report)
        self.stdout.write(f"Carrier account checked, {wrong} to correct: {page}")


def _auth_token(given: str) -> str:
    if given == "-":
        return (getpass.getpass("Auth token: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    token = given or os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        raise CommandError(f"--account-sid needs the auth token: set {TOKEN_VARIABLE}, or add --auth-token -")
    return token


def _in_words(refused: ValidationError) -> str:
    return " ".join(f"--{field.replace('_', '-')}: {' '.join(texts)}" for field, texts in refused.message_dict.items())


def _password_link(user: User) -> str:
    keys = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=keys)
    return f"{settings.PUBLIC_BASE_URL}{path}"
