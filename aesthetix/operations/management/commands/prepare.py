from typing import Any

from botocore.exceptions import ClientError
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand
from storages.backends.s3 import S3Storage


class Command(BaseCommand):
    help = "Before every start in production: migrates, and makes the storage bucket where it is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=1)
        if isinstance(default_storage, S3Storage) and _make_bucket(default_storage):
            self.stdout.write(f"Made the bucket {default_storage.bucket_name}.")


def _make_bucket(storage: Any) -> bool:
    """True when it was missing. Never made public: files leave by signed links only."""
    client = storage.connection.meta.client
    try:
        client.head_bucket(Bucket=storage.bucket_name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        client.create_bucket(Bucket=storage.bucket_name)
        return True
    return False
