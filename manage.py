#!/usr/bin/env python
"""Django's commands, on the database of `make run`: it is started for the command if it is down."""

import os
import sys

from django.core.management import execute_from_command_line

from config.local import database_for, set_command_defaults
from config.postgres import DatabaseError


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    set_command_defaults(os.environ, command)
    try:
        with database_for(command):
            execute_from_command_line(sys.argv)
    except DatabaseError as error:
        sys.exit(f"dolomite: {error}")


if __name__ == "__main__":
    main()
