"""Where commands find the servers themselves: in the environment, else in `.octavo`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2.errors import UndefinedTable
from sqlalchemy.exc import OperationalError, ProgrammingError

from octavo.cli import exits, options
from octavo.cli.exits import Failure
from octavo.local import environment
from octavo.local.stack import SERVERS_ENV
from octavo.settings import Settings, settings
from store.database import Database, cause, open_engine


def found_settings() -> Settings:
    """Settings of the environment; without a database there, of the stack that runs here."""
    if not {"OCTAVO_DATABASE_URL", "OCTAVO_DATABASE_URL_FILE"} & os.environ.keys():
        os.environ.update(environment.read(options.ROOT / SERVERS_ENV))
        settings.cache_clear()
    return settings()


@contextmanager
def database() -> Iterator[Database]:
    """The database, closed afterwards. Raises Failure when it does not answer."""
    held = Database(open_engine(found_settings(), application="octavo-cli", pool_size=1))
    try:
        yield held
    except OperationalError as error:
        raise Failure(
            f"The database does not answer: {cause(error)}."
            " Set OCTAVO_DATABASE_URL, or start the stack here with: make up",
            exits.UNAVAILABLE,
        ) from error
    except ProgrammingError as error:
        if not isinstance(error.orig, UndefinedTable):
            raise
        words = "The database holds no Octavo yet. Apply its migrations with: octavo migrate"
        raise Failure(words, exits.UNAVAILABLE) from error
    finally:
        held.close()
