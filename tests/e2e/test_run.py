"""``octavo run`` and ``octavo up`` as a person starts them: text, exit code, nothing left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from octavo.cli import exits
from octavo.local import environment
from octavo.samples import make_scan
from pipelines.outputs.formats import NAMES

_SECONDS = 120


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("OCTAVO_")}


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "octavo.cli", *arguments],
        cwd=home,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def living(home: Path) -> list[str]:
    """Command lines of processes that hold the lock of the stack under `home`."""
    lock = str(home / ".octavo" / "lock")
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        try:
            opened = [
                Path(f"/proc/{process.pid}/fd/{fd.name}").readlink()
                for fd in Path(f"/proc/{process.pid}/fd").iterdir()
            ]
        except OSError:
            continue
        if lock in map(str, opened):
            found.append(" ".join(process.info["cmdline"] or []))
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """``octavo up`` once it says that it is up."""
    said = home / "up.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "octavo.cli", "up", *arguments],
            cwd=home,
            env=_environment(),
            stdout=output,
            stderr=output,
            text=True,
        )
    try:
        until_said(process, said, "Octavo is up")
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=_SECONDS)


def until_said(process: subprocess.Popen[str], said: Path, words: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while words not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.05)


def test_results_are_saved_and_options_pass_through(octavo: Any, tmp_path: Path) -> None:
    scan = tmp_path / "a scan.tiff"
    truth = make_scan(scan, pages=3)
    done = command(octavo.home, "run", "--pages", "2", "--out", str(tmp_path / "out"), str(scan))
    assert done.returncode == exits.OK, done.stderr
    assert truth[1].splitlines()[0] in done.stdout
    assert truth[0].splitlines()[0] not in done.stdout
    assert (tmp_path / "out" / "a scan.txt").read_text() == done.stdout.removesuffix("\n")
    assert '"number":2' in (tmp_path / "out" / "a scan.json").read_text()
    assert {path.suffix[1:] for path in (tmp_path / "out").iterdir()} == set(NAMES)
    assert (tmp_path / "out" / "a scan.pdf").read_bytes().startswith(b"%PDF-")


def test_a_file_that_cannot_be_read_has_its_own_exit_code_and_reason(
    octavo: Any, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing follows")
    done = command(octavo.home, "run", str(broken))
    assert done.returncode == exits.FAILED, done.stderr
    assert done.stdout == ""
    assert "file: invalid_pdf: " in done.stderr


def test_an_unknown_language_is_refused_with_those_there_are(octavo: Any, tmp_path: Path) -> None:
    make_scan(tmp_path / "scan.png", pages=1)
    done = command(octavo.home, "run", "--languages", "xyz", str(tmp_path / "scan.png"))
    assert done.returncode == exits.REFUSED, done.stderr
    assert "xyz" in done.stderr
    assert "eng" in done.stderr


def test_without_a_file_it_reads_its_sample_and_prints_nothing_but_the_text(home: Path) -> None:
    done = command(home, "run")
    assert done.returncode == exits.OK, done.stderr
    assert done.stdout.startswith("The folded sheet\n\nThe clock in the tower loses two minutes")
    assert done.stdout.count("\f") == 2
    assert "3/3 pages" in done.stderr
    assert living(home) == []


def test_a_running_stack_is_used_found_by_others_and_leaves_nothing(
    home: Path, tmp_path: Path
) -> None:
    make_scan(tmp_path / "scan.png", pages=1)
    with running(home) as up:
        local = environment.read(home / ".octavo" / "local.env")
        assert local.keys() == {"OCTAVO_URL", "OCTAVO_API_KEY", "OCTAVO_FLOWER_URL"}
        assert command(home, "run", str(tmp_path / "scan.png")).returncode == exits.OK
        assert up.poll() is None
        assert sum("weed" in line for line in living(home)) == 1, "it used the stack that runs"
        sent = command(home, "submit", "--wait", str(tmp_path / "scan.png"))
        assert sent.returncode == exits.OK, sent.stderr
        document_id = sent.stdout.split("\t")[0]
        assert command(home, "wait", document_id).returncode == exits.OK
        assert "The folded sheet" in command(home, "text", document_id).stdout
        assert f"{document_id}\tcompleted\t1/1\tscan.png\n" in command(home, "list").stdout
        assert "The folded sheet" in command(home, "result", document_id, "--text", "raw").stdout
        assert "The folded sheet" in command(home, "result", document_id, "--out", "-").stdout
        for refused in ("cancel", "retry"):
            assert "completed" in command(home, refused, document_id).stderr
        assert command(home, "delete", document_id).returncode == exits.OK
        assert command(home, "wait", document_id).returncode == exits.REFUSED
        _bad_files_among_good_ones(home, tmp_path)
        assert command(home, "doctor").returncode == exits.OK
        key = command(home, "keys", "create", "--name", "scanner").stdout.strip()
        assert key.startswith("octavo_")
        listed = command(home, "keys", "list").stdout
        assert "scanner" in listed
        assert key not in listed
    assert up.returncode == exits.OK
    assert living(home) == []
    assert not (home / ".octavo" / "tmp").exists(), "copies of files that people sent"
    assert command(home, "text", document_id).returncode == exits.UNAVAILABLE


def _bad_files_among_good_ones(home: Path, files: Path) -> None:
    """Each bad file is named, the others are sent, and text says why there is none."""
    (files / "no.txt").write_text("no scan")
    (files / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    names = ["no.txt", "absent.pdf", "broken.pdf"]
    sent = command(home, "submit", "--wait", *[str(files / name) for name in names])
    assert sent.returncode == exits.NO_INPUT, sent.stderr
    assert f"{files / 'no.txt'}: The file is neither" in sent.stderr
    assert f"{files / 'absent.pdf'} cannot be read" in sent.stderr
    document_id, _, path = sent.stdout.strip().partition("\t")
    assert path == str(files / "broken.pdf")
    text = command(home, "text", document_id)
    assert (text.returncode, text.stdout) == (exits.FAILED, "")
    assert "file: invalid_pdf: " in text.stderr
    assert "pages" not in text.stderr.splitlines()[0]


def test_a_killed_stack_leaves_nothing_and_starts_again(home: Path) -> None:
    with running(home) as up:
        assert len(living(home)) > 10
        up.kill()
        up.wait()
        deadline = time.monotonic() + 20
        while living(home):
            assert time.monotonic() < deadline, living(home)
            time.sleep(0.1)
    done = command(home, "run")
    assert done.returncode == exits.OK, done.stderr
