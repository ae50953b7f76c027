"""Who calls, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from api.problems import MissingScope, Unauthenticated
from api.services import services
from store import keys
from store.keys import Caller

View = TypeVar("View", bound=Callable[..., Any])

_LONGEST_KEY = 128


def authorised(scope: str) -> Callable[[View], View]:
    """Let a view run only for a key with `scope`; the scope `admin` holds every other.

    Stands above `arguments`, so nobody's body is read before their key.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            g.caller = _caller()
            if not {scope, "admin"} & g.caller.scopes:
                raise MissingScope(f"This needs a key with the scope {scope!r}.")
            return view(*args, **kwargs)

        checked.needs_scope = scope  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate


def caller() -> Caller:
    """Who the request speaks for; only inside an authorised view."""
    found: Caller = g.caller
    return found


def _caller() -> Caller:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip()
    found = None
    if scheme.lower() == "bearer" and 0 < len(key) <= _LONGEST_KEY and key.isascii():
        with services().database.begin() as session:
            found = keys.verify(session, key)
    if found is None:
        # One answer for a missing, a wrong and a revoked key: a guess learns nothing.
        raise Unauthenticated(
            "There is no valid API key in the Authorization header.",
            headers={"WWW-Authenticate": 'Bearer realm="octavo"'},
        )
    return found
