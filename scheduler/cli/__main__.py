"""Makes ``python -m scheduler.cli`` the `stepdown` command."""

from scheduler.imports import uncollected

if __name__ == "__main__":  # A child of the solver imports this module, too, and needs no commands.
    with uncollected():
        from scheduler.cli.app import main
    main()
