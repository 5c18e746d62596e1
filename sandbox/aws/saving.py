"""The account's state in a folder: `aws.json`, and the objects' bytes in a file of their own beside it.

The index is written beside, synced and renamed, so it is always the old one or the new one, whole. Bytes are only ever
appended, and synced before an index names them; once more than half of them are of no use, they are written afresh
into a new file. What a crash leaves behind is bytes that no index names.
"""

import base64
import contextlib
import errno
import json
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

FORMAT = 1
WASTE_BYTES = 8 * 1024**2
"""Bytes of no use that are kept at least, before the file is written afresh."""

Place = list[int]
"""Where an object's bytes are: offset, length, CRC-32."""
NOWHERE: Place = [0, 0, 0]
"""The place of no bytes."""


class SavingError(OSError):
    """The state cannot be written or read; the message says why and what to do. What was kept before is whole."""


class Keeper:
    """Writes a state to one folder again and again, and reads it.

    folder: is made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = folder / "aws.json"
        self._places: dict[bytes, Place] = {}
        self._length = self._generation = 0

    def save(self, state: Mapping[str, Any], bodies: Sequence[tuple[bytes, Place]]) -> None:
        """Write a state; raise `SavingError`.

        state: plain values.
        bodies: the bytes of every object, each with the list in the state that shall tell their place; it is filled.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            old = self._append({body for body, _ in bodies if body})
            for body, place in bodies:
                place[:] = self._places[body] if body else NOWHERE
            whole = {"format": FORMAT, "bodies": self._generation, "length": self._length, **state}
            write_whole(self._index, json.dumps(whole, default=_encode).encode())
        except OSError as error:
            raise SavingError(_sentence(error, self.folder)) from error
        if old is not None:
            old.unlink(missing_ok=True)

    def load(self) -> tuple[dict[str, Any], Callable[[Place], bytes]] | None:
        """Return the state kept in the folder, and what gives the bytes of a place; None where there is none."""
        try:
            text = self._index.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SavingError(_sentence(error, self.folder)) from error
        try:
            state = json.loads(text, object_hook=_decode)
        except ValueError as error:
            raise self._damaged(self._index, str(error)) from None
        if state.get("format") != FORMAT:
            raise self._damaged(self._index, f"it has the format {state.get('format')}, this version reads {FORMAT}")
        self._generation, self._length = state["bodies"], state["length"]
        path = self._path(self._generation)
        content = path.read_bytes() if path.exists() else b""

        def read(place: Place) -> bytes:
            offset, length, crc = place
            body = content[offset : offset + length]
            if zlib.crc32(body) != crc:
                raise self._damaged(path, f"the {length} bytes at {offset} are others")
            self._places[body] = place
            return body

        return state, read

    def _append(self, wanted: set[bytes]) -> Path | None:
        """Write the bytes that are not written yet; return the file that this made superfluous, if any."""
        self._places = {body: place for body, place in self._places.items() if body in wanted}
        useful = sum(map(len, wanted))
        fresh = [body for body in wanted if body not in self._places]
        waste = self._length + sum(map(len, fresh)) - useful
        if waste <= max(useful, WASTE_BYTES):
            if fresh:
                self._write(self._path(self._generation), fresh, self._length)
            return None
        old, generation = self._path(self._generation), self._generation + 1
        self._places, self._generation = {}, generation
        self._write(self._path(generation), list(wanted), 0)
        return old

    def _write(self, path: Path, bodies: list[bytes], at: int) -> None:
        places: dict[bytes, Place] = {}
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(at)  # what a failed attempt left behind
            file.seek(at)
            for body in bodies:
                file.write(body)
                places[body] = [at, len(body), zlib.crc32(body)]
                at += len(body)
            file.flush()
            os.fsync(file.fileno())
        self._places |= places
        self._length = at

    def _path(self, generation: int) -> Path:
        return self.folder / f"objects-{generation}"

    def _damaged(self, path: Path, why: str) -> SavingError:
        return SavingError(f"{path} cannot be used: {why}. Move {self.folder} away to begin with an empty state.")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is always the old one or the new one: beside, synced, renamed."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sentence(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk that holds {folder} is full, so nothing more can be kept there. What was kept before is whole; "
            "make room, and it will be written again."
        )
    return f"{folder} cannot be used to keep the state: {error.strerror or error}. Choose another folder with --data."


def _encode(value: Any) -> Any:  # noqa: ANN401 - JSON's own hook
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def _decode(value: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON's own hook
    return base64.b64decode(value["$bytes"]) if value.keys() == {"$bytes"} else value
