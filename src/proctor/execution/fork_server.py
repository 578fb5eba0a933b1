"""The parent's side of one fork server: start it, ask it, notice when it is lost, leave nothing of it behind."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proctor.errors import ExecutionError
from proctor.execution.isolation import IsolationPlan, interpreter_folders, jail_command, scratch_folder
from proctor.execution.jail.protocol import ANSWER_BYTES, FRAME_HEAD, Answer, Request, unpack_frames

START_SECONDS = 60.0  # a cold disk and a loaded machine; a warm start takes a tenth of a second
_GRACE_SECONDS = 20.0  # by how much a server may overrun a run's own limits before it counts as lost
_MOST_AHEAD = 32 << 10  # bytes of a request that a socket takes at once while nobody reads
_FIRST_UID = 58_000  # users that nobody else is likely to be; one for every server
_UIDS = 256  # of one proctor: the kernel counts processes by user, and two proctors would use up each other's limit
_PROCTORS = 27  # so many blocks of users stay below 65,000; processes started one after the other have different ones
_source_root = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """What one child left: how it ended and the three files that it wrote."""

    answer: Answer
    results: bytes
    stdout: bytes
    stderr: bytes


class ForkServerHandle:
    """One fork server process, asked for one run at a time.

    Args:
        number: Which of the executor's servers this is; decides the user that it becomes where we are root.
        plan: The isolation that it starts with.
        python: The interpreter that runs solutions.
        warm: Whether the common modules are loaded (:mod:`proctor.execution.jail.preload`).
        processor: The one that it and its children run on; None for any.
    """

    def __init__(
        self,
        number: int,
        plan: IsolationPlan,
        python: str = sys.executable,
        *,
        warm: bool = True,
        processor: int | None = None,
    ) -> None:
        self._number = number
        self._plan = plan
        self._python = python
        self._warm = warm
        self._processor = processor
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._takes_more = False  # a request is there whole, so that the next one may stand behind it
        self.hello: dict[str, Any] = {}

    @property
    def pid(self) -> int | None:
        """Of the process whose end ends the server and all in it; None when it is not running."""
        return self._process.pid if self._process is not None else None

    @property
    def is_running(self) -> bool:
        """Whether the server was started and has not been stopped."""
        return self._process is not None

    async def start(self) -> None:
        """Start the process and wait until it has confined itself.

        Raises:
            ExecutionError: It did not come up; the message holds what it wrote to standard error.
        """
        command = [self._python, "-s", "-P", "-B", "-m", "proctor.execution.jail.server"]
        visible = [str(_source_root), str(Path(self._python).parent), *interpreter_folders(self._python)]
        jail = jail_command(self._plan, self._python, visible)
        ours, theirs = socket.socketpair()
        facts = [str(theirs.fileno()), str(first_jail_user(os.getpid()) + self._number), str(self._plan.level)]
        facts += ["warm" if self._warm else "bare", "any" if self._processor is None else str(self._processor)]
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: ASYNC220 - a start of milliseconds, and no child watcher needed
                    [*jail, *command, *facts],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env=_environment() | ({"TMPDIR": scratch_folder(visible)} if jail else {}),
                    cwd="/",
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # the terminal's Ctrl-C is for us; we end the server ourselves
                )
        except OSError as error:
            ours.close()
            raise ExecutionError(f"the sandbox did not start: {error}") from None
        ours.setblocking(False)
        self._control = ours
        try:
            async with asyncio.timeout(START_SECONDS):
                head = await self._receive(FRAME_HEAD.size)
                body = await self._receive(FRAME_HEAD.unpack(head)[0])
                self.hello = unpack_frames(head + body, 1)[0]
        except (TimeoutError, EOFError, OSError, ValueError) as error:
            said = self._last_words()
            self.stop()
            raise ExecutionError(f"the sandbox did not start: {said or repr(error)}") from None

    def send_ahead(self, body: bytes, request: Request) -> object | None:
        """Put a request where the server finds it once it is done with the present one.

        Returns:
            A ticket for :meth:`run`, which must be the next run asked for; None where that cannot be done.
        """
        head = request.pack()
        if self._control is None or not self._takes_more or len(body) > _MOST_AHEAD:
            return None
        try:
            sent = self._control.send(head + body)
        except OSError:
            return None
        if sent < len(head) + len(body):  # no room after all; what is half there can only be thrown away
            self.give_up()
            return None
        return self._control

    async def run(
        self,
        body: bytes,
        request: Request,
        longest_seconds: float,
        channel: socket.socket | None,
        ticket: object | None = None,
    ) -> Run:
        """Have one child forked and wait for what it leaves.

        Args:
            body: The request's body.
            request: Its head.
            longest_seconds: After so long, and some grace, the server counts as lost.
            channel: Handed over to the child.
            ticket: Of :meth:`send_ahead`: the request is there already, unless the server was lost meanwhile.

        Raises:
            ExecutionError: The server was lost; it is stopped then and has to be started again.
        """
        try:
            async with asyncio.timeout(longest_seconds + _GRACE_SECONDS):
                if ticket is None or ticket is not self._control:
                    await self._send(request.pack(), body, channel)
                return await self._receive_run()
        except (TimeoutError, EOFError, OSError) as error:
            said = self._last_words()
            self.stop()
            raise ExecutionError(f"the sandbox was lost: {said or repr(error)}") from None
        except BaseException:  # cancelled in the middle of a run: the next answer would be another's
            self.stop()
            raise

    def give_up(self) -> None:
        """Let the server end; the run under way, or the next one, notices that it is lost."""
        self._takes_more = False
        if self._control is not None:  # not closed: somebody may be waiting for it to become readable
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """End the server and its child, if any: the child dies with its parent."""
        self._takes_more = False
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()

    async def _send(self, head: bytes, body: bytes, channel: socket.socket | None) -> None:
        if self._control is None:
            raise EOFError("the server is not running")
        loop = asyncio.get_running_loop()
        self._takes_more = False
        if channel is not None:
            # the server waits for a request, so that a head of some dozen bytes is taken at once
            socket.send_fds(self._control, [head], [channel.fileno()])
            channel.close()  # or the two ends would never see each other go
            await loop.sock_sendall(self._control, body)
        else:
            await loop.sock_sendall(self._control, head + body)
        self._takes_more = True

    async def _receive_run(self) -> Run:
        if self._control is None:
            raise EOFError("the server is not running")
        await _readable(self._control)
        head, files, _, _ = socket.recv_fds(self._control, ANSWER_BYTES, 3)
        try:
            if not head:
                raise EOFError("the server closed its connection")
            answer = Answer.unpack(head)
            sizes = (answer.result_bytes, answer.stdout_bytes, answer.stderr_bytes)
            if len(files) != sum(map(bool, sizes)):  # a file that holds nothing is not handed over
                raise EOFError("too many open files")
            rest = iter(files)
            return Run(answer, *[_contents(next(rest), size) if size else b"" for size in sizes])
        finally:
            for file in files:
                os.close(file)

    async def _receive(self, size: int) -> bytes:
        if self._control is None:
            raise EOFError("the server is not running")
        loop = asyncio.get_running_loop()
        data = bytearray(size)
        with memoryview(data) as view:
            at = 0
            while at < size:
                count = await loop.sock_recv_into(self._control, view[at:])
                if count == 0:
                    raise EOFError("the server closed its connection")
                at += count
        return bytes(data)

    def _last_words(self) -> str:
        """The last line that the server wrote to standard error, for the message about its loss."""
        if self._process is None or self._process.stderr is None:
            return ""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.set_blocking(self._process.stderr.fileno(), False)
        lines = (self._process.stderr.read() or b"").decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def first_jail_user(pid: int) -> int:
    """The id of the user that the first server of the proctor with that *pid* becomes under root; the others follow."""
    return _FIRST_UID + _UIDS * (pid % _PROCTORS)


async def _readable(control: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        if not ready.done():  # we may have been cancelled
            ready.set_result(None)

    loop.add_reader(control.fileno(), tell)
    try:
        await ready
    finally:
        loop.remove_reader(control.fileno())


def _contents(file: int, size: int) -> bytes:
    """The first *size* bytes of a file that nobody writes to any more."""
    data = os.pread(file, size, 0)
    while len(data) < size:  # one read gives 2 GB at most
        piece = os.pread(file, size - len(data), len(data))
        if not piece:
            raise EOFError("a result file is shorter than was said")
        data += piece
    return data


def _environment() -> dict[str, str]:
    """Nothing of the user's: no keys, no home. The hash seed is fixed so that every run orders sets alike."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(_source_root),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",  # every further arena reserves 64 MB of the address space that a solution may use
    }
