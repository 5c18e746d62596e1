"""Keep the sandbox's state in a folder: whole or not at all, whatever happens while it is written.

Each saving is a folder of its own, `kept-1`, `kept-2` …; the file `current` names the one that is whole, and is
replaced in one step (rename(2)). So a full disk or a power cut leaves what was kept before.
"""

import contextlib
import fcntl
import json
import logging
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sandbox.aws.account import LocalAws
from sandbox.cloudfront.store import CloudFront

_log = logging.getLogger(__name__)


class KeepError(OSError):
    """The folder can't be used; the text says why, and what became of what it held."""


class Keep:
    """The folder of `--data`; one sandbox at a time.

    Raises: KeepError where the folder can't be made, written to, or is another sandbox's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock: IO[str] = (folder / "lock").open("w")
            self._lock.write(f"{os.getpid()}\n")
            self._lock.flush()
        except OSError as error:
            raise KeepError(f"{folder} can't be used to keep the demo's data: {_why(error)}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise KeepError(
                f"Another demo keeps its data in {folder}. Choose another folder, or end that one."
            ) from error

    def current(self) -> Path | None:
        """Return the folder that was written last, or None where nothing is kept yet."""
        with contextlib.suppress(FileNotFoundError):
            found = self.folder / (self.folder / "current").read_text("utf8").strip()
            return found if found.is_dir() else None
        return None

    def save(self, write: Callable[[Path], None]) -> None:
        """Have a new folder written, and make it the current one.

        Raises: KeepError; what was kept before is still there then.
        """
        before = self.current()
        number = int(before.name.partition("-")[2]) if before else 0
        folder = self.folder / f"kept-{number + 1}"
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            write(folder)
            _flush(folder)
            pointer = self.folder / "current.new"
            pointer.write_text(folder.name, "utf8")
            pointer.replace(self.folder / "current")
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise KeepError(
                f"The demo's data could not be kept in {self.folder}: {_why(error)}. "
                "What was kept there before is untouched."
            ) from error
        if before:
            shutil.rmtree(before, ignore_errors=True)

    def close(self) -> None:
        """Let others use the folder."""
        self._lock.close()


def _flush(folder: Path) -> None:
    """Have the disk take what was written; a full one may only say so now."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


class Saver:
    """Saves the sandbox now and then, from `start` until `stop`, and then once more.

    What was never started is never saved: a start that was broken off leaves the folder as it was.
    """

    def __init__(self, keep: Keep, cloudfront: CloudFront, aws: LocalAws, every_s: float = 60.0) -> None:
        self._keep, self._cloudfront, self._aws, self._every_s = keep, cloudfront, aws, every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="saver", daemon=True)

    def load(self) -> bool:
        """Bring back what was kept; False where there is nothing yet.

        Raises: KeepError where what is there can't be read.
        """
        folder = self._keep.current()
        if folder is None:
            return False
        try:
            self._cloudfront.load(json.loads((folder / "cloudfront.json").read_text("utf8")))
            self._aws.load(folder / "aws")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeepError(
                f"What is kept in {self._keep.folder} can't be read ({error}). "
                "It may be of another version: choose another folder, or remove that one."
            ) from error
        return True

    def start(self) -> None:
        """Begin to save."""
        self._thread.start()

    def stop(self) -> None:
        """Save for the last time.

        Raises: KeepError.
        """
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
            self._keep.save(self._write)

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self._keep.save(self._write)
            except KeepError as error:
                _log.error("%s", error)

    def _write(self, folder: Path) -> None:
        (folder / "aws").mkdir()
        self._aws.save(folder / "aws")
        (folder / "cloudfront.json").write_text(json.dumps(self._cloudfront.dump()), "utf8")
