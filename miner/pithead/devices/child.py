"""A worker process as its parent holds it: spawned by exec, spoken to over a socket pair, ended and reaped."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict

from pithead.devices.device import DeviceInfo
from pithead.devices.wire import LINE_BYTES, Order, Word, decode_word, encode

COMPLAINT_BYTES = 4096
"""How much of the end of its standard error is kept."""

REAP_SECONDS = 1.0
"""How long a worker that has closed its socket may take to end by itself."""


class Child:
    """One worker process."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        complaints: int,
        handle: int,
    ) -> None:
        self._process = process
        self._handle = handle
        self._reader = reader
        self._writer = writer
        self._complaints = complaints
        self._complaint = b""
        asyncio.get_running_loop().add_reader(complaints, self._hear_complaint)

    @classmethod
    async def spawn(cls, info: DeviceInfo) -> "Child":
        """Start the worker process of a device; OSError where the system has no room for it."""
        ours, theirs = socket.socketpair()
        # A pipe of our own: compilers that a killed worker leaves behind may hold its other end, and nobody waits for them.
        complaints, complain = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        os.set_blocking(complain, True)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # the working directory may hold anything
                "-m",
                "pithead.devices.worker",
                str(theirs.fileno()),
                json.dumps(asdict(info)),
                stdin=subprocess.DEVNULL,
                stdout=complain,
                stderr=complain,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C is for the parent, which tells the worker to stop
            )
            handle = os.pidfd_open(process.pid)
        except BaseException:
            ours.close()
            os.close(complaints)
            raise
        finally:
            theirs.close()
            os.close(complain)
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=LINE_BYTES)
        return cls(process, reader, writer, complaints, handle)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, orders: list[Order]) -> None:
        """Tell it something; a worker that is gone does not hear."""
        if orders and not self._writer.is_closing():
            self._writer.write(b"".join(map(encode, orders)))

    async def receive(self) -> Word | None:
        """Return the next thing it says, None once it has closed its end; ValueError where it makes no sense."""
        try:
            line = await self._reader.readline()
        except ConnectionError:
            return None
        return decode_word(line) if line.endswith(b"\n") else None

    def kill(self) -> None:
        """End it at once."""
        # Not by Process.kill: that polls, and so may reap the process before asyncio's own watcher, which then complains.
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    async def reap(self) -> str:
        """See that it ends, by force if it must be, and return in one sentence how it did."""
        try:
            async with asyncio.timeout(REAP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            self.kill()
            await self._process.wait()
            self._hear_complaint()
            asyncio.get_running_loop().remove_reader(self._complaints)
            os.close(self._complaints)
            os.close(self._handle)
            self._writer.close()
        return self._ending()

    def _ending(self) -> str:
        code = self._process.returncode or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        lines = self._complaint.decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f"the worker {how}: {said[-1]}" if said else f"the worker {how}"

    def _hear_complaint(self) -> None:
        try:
            heard = os.read(self._complaints, 1 << 16)
        except BlockingIOError:
            return
        if not heard:
            asyncio.get_running_loop().remove_reader(self._complaints)
        self._complaint = (self._complaint + heard)[-COMPLAINT_BYTES:]
