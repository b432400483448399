"""Makes ``python -m scheduler.cli`` the `stepdown` command."""

from scheduler.cli.app import main

main()
