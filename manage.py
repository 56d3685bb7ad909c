#!/usr/bin/env python
"""Entry point of every management command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    from portal.database import process_of
    from portal.environment import Refused

    os.environ["PORTAL_PROCESS"] = process_of(sys.argv)
    try:
        execute_from_command_line(sys.argv)
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
