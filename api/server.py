"""Settings of gunicorn: ``gunicorn --config python:api.server api.wsgi:app``.

Threads, not processes, carry concurrency: requests wait for the network, not for the processor.
"""

from __future__ import annotations

from octavo.settings import settings

worker_class = "api.gthread.Worker"
threads = settings().api_threads
# An upload may trickle in; a worker that is alive tells the arbiter so by itself.
timeout = 60
graceful_timeout = 35  # above the longest ?wait=
keepalive = 30
accesslog = None  # api.access writes a line a request
