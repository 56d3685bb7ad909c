#!/usr/bin/env python
"""Entry point of every management command."""

import os
import signal
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line
    from django.db import Error

    from accounts import outages
    from portal.database import process_of
    from portal.environment import Refused

    os.environ["PORTAL_PROCESS"] = process_of(sys.argv)
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except Refused as refusal:
        sys.exit(str(refusal))
    except BrokenPipeError:  # the reader of the output has gone, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it again at the exit
        sys.exit(128 + signal.SIGPIPE)
    except Error as error:
        if not outages.is_outage(error):
            raise
        sys.stderr.write(f"{outages.sentence(error)}\n")
        sys.exit(outages.TRY_AGAIN)


if __name__ == "__main__":
    main()
