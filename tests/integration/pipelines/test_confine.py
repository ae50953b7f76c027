"""What a confined child gives back, and what becomes of one that fails."""

from __future__ import annotations

import fcntl
import os
import pickle
import platform
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines import confine, landlock, sandbox, wire, zygote, zygote_handle
from pipelines.confine import confined
from pipelines.errors import DocumentRejected, PageFailed, PipelineError, Reason
from pipelines.sandbox import Confinement
from pipelines.values import Limits, Raster
from pipelines.zygote_handle import HANDLE

LIMITS = Limits(memory_bytes=1 << 30)
DEADLINE = 10.0  # for what should happen at once


def add(left: int, right: int) -> int:
    return left + right


def own_pid() -> int:
    return os.getpid()


def parent_pid() -> int:
    return os.getppid()


def white(side: int) -> Raster:
    return Raster(side, side, 72.0, b"\xff" * side * side)


def zeros(count: int) -> bytes:
    return bytes(count)


def faults(count: int) -> int:
    """How many pieces of memory the kernel was asked for by filling so many bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bytearray(count).replace(b"\0", b"x", 1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def killed(runs: Path, times: int) -> int:
    """Dies of SIGKILL, as by the kernel's hand, so many times; then says how often it was run."""
    with runs.open("ab") as file:
        file.write(b"x")
    if runs.stat().st_size <= times:
        signal.raise_signal(signal.SIGKILL)
    return runs.stat().st_size


def lying() -> Raster:
    return "no raster"  # type: ignore[return-value]


def reject() -> None:
    raise DocumentRejected(Reason.ENCRYPTED, "locked", advice="unlock it")


def spin() -> None:
    while True:
        pass


def fill() -> int:
    return len(b"x" * (1 << 34))


def flood() -> bytes:
    return b"x" * (120 * 2**20)


def crash() -> None:
    signal.raise_signal(signal.SIGSEGV)


def fail() -> None:
    raise RuntimeError("a bug")


def attempts(own: Path, other: Path) -> tuple[str, ...]:
    """Names of what a child can do that it should not."""

    def read(path: Path) -> Callable[[], object]:
        return lambda: path.read_bytes()

    acts: dict[str, Callable[[], object]] = {
        "read its own file": read(own),
        "read another file": read(other),
        "read the environment of its parent": read(Path(f"/proc/{os.getppid()}/environ")),
        "write": lambda: other.write_text("x"),
        "open a socket": socket.socket,
        "start a program": lambda: subprocess.run([sys.executable, "-V"], check=True),
        "fork": os.fork,
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "change who may read its own file": lambda: own.chmod(0),
        "cut another file": lambda: os.truncate(other, 0),
        "date another file": lambda: os.utime(other),
        "mark another file": lambda: os.setxattr(other, "user.octavo", b"x"),
        "make its own file immutable": lambda: fcntl.ioctl(
            own.open("rb"), 0x40086602, struct.pack("l", 0x40)
        ),
        "give its own file away": lambda: os.chown(own, -1, os.getgid()),
    }
    done = []
    for name, act in acts.items():
        try:
            act()
        except OSError:
            continue
        done.append(name)
    return (*done, *(f"see {name}" for name in os.environ if "SECRET" in name))


def test_a_result_comes_back() -> None:
    assert confined(add, 2, 3, limits=LIMITS) == 5


def test_memory_comes_in_large_pieces() -> None:
    try:
        setting = Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text()
    except OSError:
        setting = "[never]"
    if "[never]" in setting or platform.libc_ver()[0] != "glibc":
        pytest.skip("this system has small pieces alone")
    count = 64 * 2**20
    assert confined(faults, count, limits=LIMITS) < count / 4096 / 4


def test_a_raster_comes_back() -> None:
    assert confined(white, 3000, limits=LIMITS) == white(3000)


def test_every_job_has_a_process_of_its_own() -> None:
    pids = {confined(own_pid, limits=LIMITS) for _ in range(3)}
    assert len(pids) == 3
    assert os.getpid() not in pids


def test_an_error_comes_back_whole() -> None:
    with pytest.raises(DocumentRejected, match="locked") as caught:
        confined(reject, limits=LIMITS)
    assert (caught.value.reason, caught.value.advice) == (Reason.ENCRYPTED, "unlock it")


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (spin, Reason.TIMEOUT),
        (fill, Reason.RESOURCE_LIMIT),
        (flood, Reason.RESOURCE_LIMIT),
        (os.abort, Reason.RESOURCE_LIMIT),
        (crash, Reason.RENDER_FAILED),
        (fail, Reason.RENDER_FAILED),
    ],
)
def test_a_child_that_fails_is_a_typed_error(
    function: Callable[[], object], reason: Reason, capfd: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    with pytest.raises(PageFailed) as caught:
        confined(function, limits=LIMITS, seconds=2.0)
    assert caught.value.reason is reason
    assert time.monotonic() - started < DEADLINE
    assert confined(add, 1, 1, limits=LIMITS) == 2


def test_a_child_that_was_killed_runs_again(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.touch()
    assert confined(killed, runs, 1, limits=LIMITS, writable=(runs,)) == 2


def test_a_child_that_is_killed_again_may_be_tried_later(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.touch()
    with pytest.raises(PageFailed) as caught:
        confined(killed, runs, 2, limits=LIMITS, writable=(runs,))
    assert (caught.value.reason, caught.value.retryable) == (Reason.RESOURCE_LIMIT, True)
    assert runs.stat().st_size == 2


def test_processor_time_is_bounded_too() -> None:
    with pytest.raises(PageFailed) as caught:
        confined(spin, limits=LIMITS, seconds=1.0)
    assert caught.value.reason in (Reason.TIMEOUT, Reason.RESOURCE_LIMIT)


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_a_child_can_only_read_its_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.write_text("own")
    other.write_text("other")
    HANDLE.drop()
    monkeypatch.setenv("OCTAVO_S3_SECRET_KEY", "secret")
    done = confined(_attempts_at, own, str(other), limits=LIMITS)
    assert done == ("read its own file",)
    assert other.read_text() == "other"


def _attempts_at(own: Path, other: str) -> tuple[str, ...]:
    return attempts(own, Path(other))


def test_a_zygote_that_died_is_replaced() -> None:
    zygote = confined(parent_pid, limits=LIMITS)
    os.kill(zygote, signal.SIGKILL)
    assert confined(add, 1, 2, limits=LIMITS) == 3
    assert confined(parent_pid, limits=LIMITS) != zygote


def test_a_zygote_ignores_the_signals_of_its_caller() -> None:
    zygote = confined(parent_pid, limits=LIMITS)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(zygote, number)
    assert confined(parent_pid, limits=LIMITS) == zygote


def test_threads_may_share_a_zygote() -> None:
    with ThreadPoolExecutor(8) as pool:
        sums = list(pool.map(lambda n: confined(add, n, n, limits=LIMITS), range(40)))
    assert sums == [2 * n for n in range(40)]


def test_a_fork_gets_a_zygote_of_its_own_and_leaves_ours_alone() -> None:
    ours = confined(parent_pid, limits=LIMITS)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, b"%d" % confined(parent_pid, limits=LIMITS))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        theirs = int(answer.read())
    os.waitpid(child, 0)
    assert theirs != ours
    assert confined(parent_pid, limits=LIMITS) == ours
    _wait_until_gone(theirs)


def test_a_caller_that_is_killed_takes_zygote_and_children_along(tmp_path: Path) -> None:
    program = (
        "import threading; from pathlib import Path;"
        "from pipelines.confine import confined; from pipelines.values import Limits;"
        "import tests.integration.pipelines.test_confine as t;"
        "print(confined(t.parent_pid, limits=Limits()), flush=True);"
        "confined(t.spin, limits=Limits())"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=root
    ) as caller:
        assert caller.stdout is not None
        zygote = int(caller.stdout.readline())
        _wait_until(lambda: bool(_children(zygote)))
        (child,) = _children(zygote)
        caller.kill()
    _wait_until_gone(zygote)
    _wait_until_gone(child)


def test_a_caller_that_reads_late_still_hears_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    zygote = confined(parent_pid, limits=LIMITS)
    receive = confine._receive

    def late(ours: socket.socket, deadline: float, room: memoryview) -> int:
        select.select([ours], [], [], DEADLINE)  # the child has begun its answer
        _wait_until(lambda: not _children(zygote))  # and has ended: no room is left for the end
        return receive(ours, deadline, room)

    monkeypatch.setattr(confine, "_receive", late)
    answer = bytes(_room() - sum(map(len, wire.encode(bytes(100_000)))) + 100_000)
    assert confined(zeros, len(answer), limits=LIMITS) == answer


def _room() -> int:
    """Bytes that a socket takes in one piece from a child while nobody reads."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        return theirs.send(bytes(1 << 22))


def test_a_zygote_that_is_stuck_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote_handle, "STOP_SECONDS", 0.2)
    stuck = confined(parent_pid, limits=LIMITS)
    os.kill(stuck, signal.SIGSTOP)
    started = time.monotonic()
    HANDLE.drop()
    assert time.monotonic() - started < DEADLINE
    _wait_until_gone(stuck)
    assert confined(parent_pid, limits=LIMITS) != stuck


def test_what_a_sandbox_lacks_is_said_once_a_zygote() -> None:
    program = (
        "import sys; from pipelines import sandbox, zygote;"
        "sandbox.prctl = lambda option, value: False;"
        "zygote.main(int(sys.argv[1]))"
    )
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
    with process, ours:
        for _ in range(2):
            mine, job = socket.socketpair()
            with mine, job:
                socket.send_fds(ours, [b"J"], [job.fileno()])
                job.close()
                request = pickle.dumps(("builtins", "int", (), Confinement(1 << 30, 10)))
                mine.sendall(zygote.SIZE.pack(len(request)) + request)
                mine.settimeout(DEADLINE)
                while mine.recv(1 << 16):
                    pass
        ours.close()
        assert process.stderr is not None
        said = process.stderr.read().decode().splitlines()
    assert len(said) == 1
    assert f"{sandbox.DEATH}, {sandbox.PRIVILEGES}" in said[0]


def test_an_answer_of_another_kind_fails_its_page() -> None:
    with pytest.raises(PageFailed) as caught:
        confined(lying, limits=LIMITS)
    assert caught.value.reason is Reason.RENDER_FAILED


def test_leaving_early_kills_the_child() -> None:
    zygote = confined(parent_pid, limits=LIMITS)

    class Interrupted(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, interrupt)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        with pytest.raises(Interrupted):
            confined(spin, limits=LIMITS)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)
    _wait_until(lambda: not _children(zygote))


def test_a_zygote_that_cannot_start_is_an_error_to_retry(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    HANDLE.drop()
    monkeypatch.setattr(zygote_handle, "START", "raise SystemExit(1)")
    try:
        with pytest.raises(PipelineError) as caught:
            confined(add, 1, 1, limits=LIMITS)
        assert caught.value.retryable
    finally:
        HANDLE.drop()


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in tasks.read_text().split()] if tasks.exists() else []


def _wait_until_gone(pid: int) -> None:
    def gone() -> bool:
        status = Path(f"/proc/{pid}/stat")
        try:
            return status.read_text().rsplit(")", 1)[1].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    _wait_until(gone)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
