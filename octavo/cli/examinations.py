"""What `octavo doctor` looks at, one function a thing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version

import redis
from packaging.requirements import Requirement
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from octavo.cli.places import found_settings
from octavo.local import programs
from octavo.local.errors import Missing
from outbox import checks as broker_checks
from pipelines.engines import registry, tessdata
from store import checks as database_checks
from store.database import Database, cause, open_engine
from store.findings import Finding, Standing
from store.objects import BucketMissing, ObjectError, open_objects
from store.objects import checks as object_checks

_NEEDED_PYTHON = (3, 11)
_START = "Start the servers here with: make up; or set"
_SECONDS = 3.0
_OFTEN_WANTED = ("spa", "fra", "deu", "por", "ita")
_BY_PIP = ("deu", "jpn")  # what there is of tessdata.fast-XXX, beside English


def python() -> Iterator[Finding]:
    """The interpreter."""
    standing = Standing.OK if sys.version_info >= _NEEDED_PYTHON else Standing.MISSING
    advice = "" if standing is Standing.OK else "Octavo needs Python 3.11 or newer."
    yield Finding("python", standing, f"{platform.python_version()} at {sys.executable}", advice)


def packages() -> Iterator[Finding]:
    """What Octavo itself depends on, in versions that will do."""
    wrong = [
        problem
        for line in requires("octavo") or []
        if "extra ==" not in line and (problem := _wrong(Requirement(line)))
    ]
    if wrong:
        advice = "Install the locked versions with: make doctor, or pip install octavo"
        yield Finding("packages", Standing.MISSING, "; ".join(wrong), advice)
    else:
        yield Finding("packages", Standing.OK, f"octavo {version('octavo')} has all it depends on")


def embedded() -> Iterator[Finding]:
    """The servers that `octavo up` starts; a deployment brings its own."""
    for name, find in {
        "embedded PostgreSQL": lambda: programs.postgres("postgres"),
        "embedded Valkey": programs.valkey,
        "embedded SeaweedFS": programs.weed,
    }.items():
        try:
            yield Finding(name, Standing.OK, str(find()))
        except Missing as error:
            yield Finding(name, Standing.WARNING, str(error))


def engines() -> Iterator[Finding]:
    """What draws pages and what reads them."""
    present = registry.available()
    hidden = frozenset() if found_settings().test_engines else registry.TEST_ENGINES
    for kind, known in (
        ("rasterizers", registry.RASTERIZERS),
        ("recognizers", registry.RECOGNIZERS),
    ):
        shown = [name for name in known if name not in hidden]
        reads = any(name in present[kind] for name in shown if name not in registry.TEST_ENGINES)
        standing = Standing.OK if reads else Standing.MISSING
        found = [f"{name} {present[kind][name]}" for name in shown if name in present[kind]]
        absent = [registry.ADVICE[name] for name in shown if name not in present[kind]]
        yield Finding(kind, standing, ", ".join(found) or "none", " ".join(absent))


def languages() -> Iterator[Finding]:
    """What the recognizers can read."""
    found = tessdata.installed(found_settings().tessdata)
    standing = Standing.OK if found else Standing.MISSING
    lacking = next((code for code in _OFTEN_WANTED if code not in found), "XXX")
    by_pip = [f"tessdata.fast-{code}" for code in _BY_PIP if code not in found]
    ways = [f"apt install tesseract-ocr-{lacking}"]
    ways += [f"pip install {' '.join(by_pip)}"] if by_pip else []
    advice = f"More: {', '.join(ways)}, or files in the directory that OCTAVO_TESSDATA names."
    yield Finding("languages", standing, ", ".join(sorted(found)) or "none", advice)
    damaged = [str(path) for _, path in sorted(tessdata.damaged(found_settings().tessdata).items())]
    if damaged:
        words = f"damaged, or of another version: {', '.join(damaged)}"
        yield Finding("language data", Standing.WARNING, words, "Replace or remove these files.")
    if tessdata.orientation_data(found_settings().tessdata) is None:
        words = "osd.traineddata is missing or damaged: no page is turned upright"
        advice = "pip install --force-reinstall tessdata"
        yield Finding("language data", Standing.WARNING, words, advice)


def database() -> Iterator[Finding]:
    """PostgreSQL, and whether its schema is the one this code needs."""
    engine = open_engine(found_settings(), application="octavo-doctor", pool_size=1)
    try:
        yield from database_checks.run(engine)
    except SQLAlchemyError as error:
        why = cause(error) if isinstance(error, DBAPIError) else _first_line(error)
        words = f"it does not answer ({why})."
        yield Finding("database", Standing.MISSING, words, f"{_START} OCTAVO_DATABASE_URL.")
    finally:
        engine.dispose()


def broker() -> Iterator[Finding]:
    """Redis or Valkey: there, and keeping what it is given."""
    try:
        yield from broker_checks.run(found_settings(), _SECONDS)
    except redis.RedisError as error:
        words = f"it does not answer ({_first_line(error).removesuffix('.')})."
        yield Finding("broker", Standing.MISSING, words, f"{_START} OCTAVO_BROKER_URL.")


def queues() -> Iterator[Finding]:
    """Whether somebody consumes each queue; nothing is known before the first canary came."""
    from tasks import canary  # here, for it makes the Celery app

    settings = found_settings()
    database = Database(open_engine(settings, application="octavo-doctor", pool_size=1))
    try:
        with database.begin() as session:
            found = canary.pulses(session, settings)
    except SQLAlchemyError:
        return  # said by `database` already
    finally:
        database.close()
    for queue in found:
        name, last = f"queue {queue.name}", f"a task ended {queue.age:.0f} s ago"
        if queue.pulse is canary.Pulse.SILENT:
            advice = f"Start a worker: celery -A tasks worker -Q {queue.name}; beat must run too."
            yield Finding(name, Standing.WARNING, f"nobody consumes it; {last}", advice)
        else:
            yield Finding(name, Standing.OK, f"{queue.pulse}; {last}")


def object_store() -> Iterator[Finding]:
    """S3, or the directory that stands for it."""
    settings = found_settings()
    place = settings.object_directory or settings.s3_endpoint
    advice = f"{_START} OCTAVO_S3_ENDPOINT and OCTAVO_S3_SECRET_KEY."
    if not settings.object_directory and not settings.s3_secret_key.get_secret_value():
        yield Finding("object store", Standing.MISSING, "its secret key is not set.", advice)
        return
    try:
        objects = open_objects(settings)
        with suppress(BucketMissing):  # it answers; the bucket is made next
            objects.check()
        objects.prepare()
        yield Finding("object store", Standing.OK, f"{place}, bucket {settings.s3_bucket}")
        yield from object_checks.run(objects)
    except (ObjectError, ValueError) as error:  # ValueError: settings that cannot be right
        yield Finding("object store", Standing.MISSING, f"{place}: {_first_line(error)}", advice)


ALL: dict[str, Callable[[], Iterator[Finding]]] = {
    "python": python,
    "packages": packages,
    "embedded": embedded,
    "engines": engines,
    "languages": languages,
    "database": database,
    "broker": broker,
    "object-store": object_store,
    "queues": queues,
}


def _wrong(requirement: Requirement) -> str:
    if requirement.marker is not None and not requirement.marker.evaluate():
        return ""
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement} is not installed"
    fits = requirement.specifier.contains(found, prereleases=True)
    return "" if fits else f"{requirement} is needed, {found} is installed"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
