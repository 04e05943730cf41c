"""Commands in this process, with a home of one's own."""

from tests.commands.conftest import home, run

__all__ = ["home", "run"]
