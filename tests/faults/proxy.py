"""Stands between the deployer and the server, counts what the deployer says, and can stop at every message.

One thread does all of it: while somebody looks or breaks something at one message, nothing passes on any connection.
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from tests.faults.wire import Message, Moment, Split, application_of, backend_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Proxy", "Wire", "proxy"]

BYTES = 1 << 16
#: Closing with it sends a reset.
NO_LINGER = struct.pack("ii", 1, 0)


class Wire:
    """One connection of the deployer, and the one to the server that belongs to it."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.name = ""
        #: Process id of the server's side.
        self.backend = 0
        #: As the server's last word has it.
        self.is_in_transaction = False
        #: What was sent last and waits for its answer.
        self.waiting: Message | None = None
        #: What the deployer says is not passed on any more, nor the answer that is there.
        self.is_deaf = False
        #: Nothing passes, and nobody is told.
        self.is_silent = False
        self.is_open = True
        self.said, self.answered = Split(begins_with_startup=True), Split(begins_with_startup=False)

    @property
    def is_idle(self) -> bool:
        """Whether the server has nothing to do for it, and holds nothing."""
        return not self.is_open or not (self.is_in_transaction or self.waiting)

    def cut(self) -> None:
        """A reset to both ends."""
        for end in (self.client, self.server):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.hang_up()

    def hang_up(self) -> None:
        """Close it as a process that ends does."""
        self.is_open = False
        self.client.close()
        self.server.close()


class Watcher(Protocol):
    """Whoever is asked at every message of the deployer."""

    def __call__(self, wire: Wire, message: Message, moment: Moment) -> None:
        """Look, or break something; nothing passes meanwhile."""


class Proxy:
    """Listens on a port of its own."""

    def __init__(self, server_port: int, watcher: Watcher) -> None:
        self.wires: list[Wire] = []
        self.is_silent = False
        self._watcher, self._server_port = watcher, server_port
        self._counted: Counter[str] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port = int(self._listener.getsockname()[1])
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._guarded, name="proxy")
        self._fault: BaseException | None = None
        self._thread.start()

    def silence(self) -> None:
        """Nothing passes on any connection that there is or will be."""
        self.is_silent = True

    def end(self) -> None:
        """Stop, and cut what is still open; raises what went wrong in between."""
        self._wake.close()
        self._thread.join()
        for wire in self.wires:
            wire.cut()
        self._listener.close()
        self._woken.close()
        if self._fault:
            raise self._fault

    def _guarded(self) -> None:
        try:
            self._pass_on()
        except BaseException as fault:  # noqa: BLE001 - raised again where the test sees it
            self._fault = fault
            for wire in self.wires:
                wire.cut()

    def _pass_on(self) -> None:
        while True:
            with selectors.DefaultSelector() as selector:
                selector.register(self._woken, selectors.EVENT_READ, (self._woken, None))
                for wire in [] if self.is_silent else [one for one in self.wires if one.is_open and not one.is_silent]:
                    selector.register(wire.client, selectors.EVENT_READ, (wire.client, wire))
                    selector.register(wire.server, selectors.EVENT_READ, (wire.server, wire))
                if not self.is_silent:
                    selector.register(self._listener, selectors.EVENT_READ, (self._listener, None))
                ready = [key.data for key, _ in selector.select()]
            for end, wire in ready:
                if end is self._woken:
                    return
                if end is self._listener:
                    self._accept()
                elif self._passes(wire):
                    self._read(wire, end)

    def _passes(self, wire: Wire) -> bool:
        return wire.is_open and not wire.is_silent and not self.is_silent

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port))
        except ConnectionError:
            client.close()
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wires.append(Wire(client, server))

    def _read(self, wire: Wire, end: socket.socket) -> None:
        try:
            received = end.recv(BYTES)
        except ConnectionError:
            wire.cut()
            return
        if not received:
            wire.hang_up()
        elif end is wire.client:
            self._from_client(wire, received)
        else:
            self._from_server(wire, received)

    def _from_client(self, wire: Wire, received: bytes) -> None:
        for kind, whole in wire.said.feed(received):
            if not kind:
                wire.name = application_of(whole)
            if not wire.name:
                _send(wire.server, whole)
                continue
            self._counted[wire.name] += 1
            message = Message(
                connection=wire.name, number=self._counted[wire.name], kind=kind, text=text_of(kind, whole)
            )
            wire.waiting = message if message.is_answered else wire.waiting
            self._tell(wire, message, Moment.BEFORE)
            if not self._passes(wire) or wire.is_deaf:
                return
            _send(wire.server, whole)
            if message.is_answered:
                self._tell(wire, message, Moment.DURING)
                if not self._passes(wire):
                    return

    def _from_server(self, wire: Wire, received: bytes) -> None:
        answer = b""
        for kind, whole in wire.answered.feed(received):
            answer += whole
            if kind == "K":
                wire.backend = backend_of(whole)
            if kind == "Z":
                wire.is_in_transaction = whole[-1:] != b"I"
            if kind == "Z" and wire.waiting:
                message, wire.waiting = wire.waiting, None
                was_deaf = wire.is_deaf
                self._tell(wire, message, Moment.AFTER)
                if not self._passes(wire) or wire.is_deaf > was_deaf:
                    return
        _send(wire.client, answer)

    def _tell(self, wire: Wire, message: Message, moment: Moment) -> None:
        if moment in message.moments:
            self._watcher(wire, message, moment)


def _send(end: socket.socket, whole: bytes) -> None:
    # Whoever is gone shows it when it is read from.
    with suppress(ConnectionError):
        end.sendall(whole)


@contextmanager
def proxy(server_port: int, watcher: Watcher) -> Iterator[Proxy]:
    """In front of a server, as long as it is needed."""
    running = Proxy(server_port, watcher)
    try:
        yield running
    finally:
        running.end()
