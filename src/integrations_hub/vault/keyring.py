"""Key-encryption keys by their id: from the environment, a file, or a program that guards them."""

from __future__ import annotations

import base64
import binascii
import os
import stat
import subprocess
import threading
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from integrations_hub.vault.envelope import KEY_BYTES
from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from integrations_hub.settings import Key, Keys

__all__ = ["Keyring"]

#: Seconds that a program has to print a key.
PATIENCE = 20
#: Of base64, with room for line ends; a file that is longer holds something else.
LONGEST = 1024
#: Others may not read it, and neither group nor others may replace it. A group may read: Kubernetes mounts them so.
FORBIDDEN = stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP


class Keyring:
    """The keys that a process knows; each is read once, when it is first needed, and never shown."""

    def __init__(self, keys: Keys, environment: Mapping[str, str] = os.environ) -> None:
        """Nothing is read yet.

        Args:
            keys: where each comes from.
            environment: for those that come from it.
        """
        self.primary = keys.primary
        self._sources = keys.known
        self._environment = environment
        self._loaded: dict[str, AESGCM] = {}
        self._lock = threading.Lock()

    @property
    def ids(self) -> tuple[str, ...]:
        """Which there are, whether they were read or not."""
        return tuple(self._sources)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self.ids)})"

    def key(self, key_id: str) -> AESGCM:
        """One of them.

        Raises:
            KeyError: there is none of that id.
            CannotRun: it cannot be read, or is no key; id and source are named, and nothing of the value.
        """
        with self._lock:
            if key_id not in self._loaded:
                self._loaded[key_id] = AESGCM(self._read(key_id, self._sources[key_id]))
            return self._loaded[key_id]

    def _read(self, key_id: str, source: Key) -> bytes:
        where = f"keys.known.{key_id}"
        if source.env:
            where += f", variable {source.env}"
            text = self._environment.get(source.env, "").encode()
        elif source.file is not None:
            where += f", file {source.file}"
            text = _from_file(source.file, where)
        else:
            # Its arguments may be as secret as what it prints.
            where += f", command {source.command[0]}"
            text = _from_command(source.command, where)
        return _decoded(text, where)


def _decoded(text: bytes, where: str) -> bytes:
    if not text.strip():
        raise CannotRun("hub.no-key", "the key is not there", where=where)
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise CannotRun("hub.bad-key", "the key is not base64", where=where, fix="openssl rand -base64 32") from None
    if len(key) != KEY_BYTES:
        what = f"the key has {len(key)} bytes and not {KEY_BYTES}"
        raise CannotRun("hub.bad-key", what, where=where, fix="openssl rand -base64 32")
    return key


def _from_file(path: Path, where: str) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & FORBIDDEN:
                what = "others can read or replace the file of the key"
                raise CannotRun("hub.open-key", what, where=where, fix=f"chmod 600 {path}")
            return file.read(LONGEST)
    except OSError as error:
        raise CannotRun("hub.no-key", f"the key cannot be read: {error.strerror}", where=where) from None


def _from_command(command: tuple[str, ...], where: str) -> bytes:
    try:
        done = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        what = f"the command has not printed the key within {PATIENCE} seconds"
        raise CannotRun("hub.no-key", what, where=where) from None
    except OSError as error:
        raise CannotRun("hub.no-key", f"the command cannot be run: {error.strerror}", where=where) from None
    if done.returncode:
        raise CannotRun("hub.no-key", f"the command ended with {done.returncode}", where=where)
    return done.stdout
