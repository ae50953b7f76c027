"""``/metrics`` of a process that has no HTTP of its own: a worker node, a relay."""

from __future__ import annotations

import os

from prometheus_client import start_http_server

from octavo.telemetry import metrics
from octavo.telemetry.logs import get_logger

_log = get_logger(__name__)


def serve(host: str, port: int) -> bool:
    """Answer in a thread until the process ends; whether it does. Port 0: nobody asked for it.

    A port that is taken costs the metrics of this process, never its work. Processes forked
    afterwards count too, and do not hold the port.
    """
    if port == 0:
        return False
    try:
        server, _ = start_http_server(port, host, metrics.registry())
    except OSError as error:
        _log.error(
            "metrics.not_served",
            host=host,
            port=port,
            error=error.strerror or str(error),
            advice="Give each process of this machine an OCTAVO_METRICS_PORT of its own.",
        )
        return False
    os.register_at_fork(after_in_child=server.socket.close)
    _log.info("metrics.served", url=f"http://{host}:{port}/metrics")
    return True
