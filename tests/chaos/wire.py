"""What a link can do to the bytes that pass: hold, delay, shorten, falsify, cut, answer itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum


class Way(Enum):
    """Which bytes a fault touches."""

    UP = "to the server"
    DOWN = "to the client"


class Cut(Exception):
    """The connection ends here."""


@dataclass(eq=False)
class Connection:
    """One client and its server."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    head: bytes = b""  # what the client said first

    def abort(self) -> None:
        """End it on both sides at once, whatever is under way."""
        for writer in (self.client, self.server):
            writer.transport.abort()


@dataclass(eq=False)
class Fault:
    """What happens to bytes; this one lets them pass. `matching`: only where the head holds it."""

    matching: bytes = b""
    ways: frozenset[Way] = frozenset(Way)
    seen: int = 0  # chunks it has touched
    lifted: asyncio.Event = field(default_factory=asyncio.Event)

    def concerns(self, connection: Connection, way: Way) -> bool:
        """Whether it touches these bytes."""
        return way in self.ways and self.matching in connection.head

    async def touch(self, connection: Connection, data: bytes) -> bytes:
        """The bytes to pass on. Raises Cut."""
        del connection
        return data


class Blackhole(Fault):
    """Nothing arrives and nobody is told, as when a network is split; passes on when lifted."""

    async def touch(self, connection: Connection, data: bytes) -> bytes:
        await self.lifted.wait()
        return data


@dataclass(eq=False)
class Delay(Fault):
    """Every chunk comes late."""

    seconds: float = 0.05

    async def touch(self, connection: Connection, data: bytes) -> bytes:
        await asyncio.sleep(self.seconds)
        return data


@dataclass(eq=False)
class Truncate(Fault):
    """A connection ends after so many bytes towards the client."""

    after: int = 1000
    ways: frozenset[Way] = frozenset({Way.DOWN})
    _passed: dict[Connection, int] = field(default_factory=dict)

    async def touch(self, connection: Connection, data: bytes) -> bytes:
        left = self.after - self._passed.get(connection, 0)
        if len(data) > left:
            connection.client.write(data[:left])
            with suppress(ConnectionError):
                await connection.client.drain()
            connection.client.close()
            raise Cut
        self._passed[connection] = self._passed.get(connection, 0) + len(data)
        return data


@dataclass(eq=False)
class CutOn(Fault):
    """The connection ends instead of carrying these bytes, at most `times` times."""

    pattern: bytes = b""
    times: int = 1
    ways: frozenset[Way] = frozenset({Way.DOWN})

    async def touch(self, connection: Connection, data: bytes) -> bytes:
        if self.times > 0 and self.pattern in data:
            self.times -= 1
            raise Cut
        return data


@dataclass(eq=False)
class Answer(Fault):
    """A request is answered here and never reaches the server."""

    answer: bytes = b""
    ways: frozenset[Way] = frozenset({Way.UP})

    async def touch(self, connection: Connection, data: bytes) -> bytes:
        connection.client.write(self.answer)
        with suppress(ConnectionError):
            await connection.client.drain()
        connection.client.close()
        raise Cut


@dataclass(eq=False)
class Falsify(Fault):
    """These bytes arrive as others of the same length."""

    pattern: bytes = b""
    replacement: bytes = b""
    ways: frozenset[Way] = frozenset({Way.DOWN})

    async def touch(self, connection: Connection, data: bytes) -> bytes:
        return data.replace(self.pattern, self.replacement)
