"""How the work is run: the Celery app, the canvas, a task module a queue, the sweeper.

A task is a few lines: claim in Postgres, call a pure stage, record under the fence. Messages carry
ids only; whatever a message says, the rows decide whether there is anything to do. So a message
that comes twice, late or forged costs one query.
"""

from tasks.app import app

__all__ = ["app"]
