"""The command line: one module for every command; it starts at :func:`proctor.cli.main.main`."""

__all__: list[str] = []
