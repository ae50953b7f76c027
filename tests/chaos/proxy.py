"""A TCP proxy inside the test's process: a port for each way from a process to a server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.chaos.wire import Connection, Cut, Fault, Way

LOOPBACK = "127.0.0.1"
_CHUNK = 1 << 16
_HEAD = 2048  # bytes of a connection's beginning by which a fault may choose it


class Link:
    """A port that leads to a server; made by `Proxy.link`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: int) -> None:
        self._loop = loop
        self._target = target
        self._connections: set[Connection] = set()
        self._accepted: set[asyncio.Task[None]] = set()
        self._faults: list[Fault] = []
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), loop).result(10)

    def add(self, fault: Fault) -> None:
        """Let `fault` touch what passes from now on."""
        self._do(lambda: self._faults.append(fault))

    def lift(self, fault: Fault) -> None:
        """End it; bytes that it held pass on."""

        def end() -> None:
            if fault in self._faults:
                self._faults.remove(fault)
            fault.lifted.set()

        self._do(end)

    def heal(self) -> None:
        """End every fault."""
        for fault in list(self._faults):
            self.lift(fault)

    @contextmanager
    def under(self, fault: Fault) -> Iterator[Fault]:
        """With `fault` for a while."""
        self.add(fault)
        try:
            yield fault
        finally:
            self.lift(fault)

    def cut(self, matching: bytes = b"") -> int:
        """End every connection whose head holds `matching`; how many."""
        chosen = [one for one in list(self._connections) if matching in one.head]
        for connection in chosen:
            self._do(connection.abort)
        return len(chosen)

    def count(self, matching: bytes = b"") -> int:
        """Open connections whose head holds `matching`."""
        return sum(matching in one.head for one in list(self._connections))

    def close(self) -> None:
        """Take no connection any more, and end those there are."""
        self.heal()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)

    def _do(self, action: Callable[[], object]) -> None:
        done = threading.Event()

        def run() -> None:
            action()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait(10)

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _end(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.abort()
        await asyncio.gather(*self._accepted, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._accepted.add(task)
        task.add_done_callback(self._accepted.discard)
        try:
            from_server, server = await asyncio.open_connection(LOOPBACK, self._target)
        except OSError:
            writer.transport.abort()
            return
        connection = Connection(writer, server)
        self._connections.add(connection)
        pumps = [
            asyncio.ensure_future(self._pump(connection, reader, server, Way.UP)),
            asyncio.ensure_future(self._pump(connection, from_server, writer, Way.DOWN)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._connections.discard(connection)
            for pump in pumps:
                pump.cancel()
            for end in (writer, server):
                end.close()

    async def _pump(
        self,
        connection: Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: Way,
    ) -> None:
        with suppress(Cut, ConnectionError, asyncio.CancelledError):
            while data := await reader.read(_CHUNK):
                if way is Way.UP and len(connection.head) < _HEAD:
                    connection.head += data
                for fault in list(self._faults):
                    if fault.concerns(connection, way):
                        fault.seen += 1
                        data = await fault.touch(connection, data)
                writer.write(data)
                await writer.drain()


class Proxy:
    """Owns the thread on which every link runs."""

    def __init__(self) -> None:
        self._links: list[Link] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()

    def link(self, target: int) -> Link:
        """A new way to the server at port `target` of this machine."""
        self._links.append(Link(self._loop, target))
        return self._links[-1]

    def close(self) -> None:
        """End every link."""
        for link in self._links:
            link.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
