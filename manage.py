#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """A variable that is missing or nonsense is one line for whoever set it, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aesthetix.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Cannot start: {error}. The variables are described in docs/operators.md.")


if __name__ == "__main__":
    main()
