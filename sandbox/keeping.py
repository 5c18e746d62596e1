"""Keep the sandbox's state in a folder: whole or not at all, whatever happens while it is written.

The local AWS keeps its own part so (`sandbox.aws.saving`); CloudFront's is one file, written beside the old one first
and put in its place last, in one step (rename(2)). A full disk or a power cut leaves what was kept before.
"""

import contextlib
import fcntl
import json
import logging
import os
import threading
from pathlib import Path
from typing import IO

from sandbox.aws.account import LocalAws
from sandbox.aws.saving import SavingError
from sandbox.cloudfront.store import CloudFront

_log = logging.getLogger(__name__)

EVERY_S = 3.0


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
            raise KeepError(f"{folder} can't be used to keep the demo's data: {why(error)}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise KeepError(f"Another demo keeps its data in {folder}. Choose another, or end that demo.") from error

    def close(self) -> None:
        """Let others use the folder."""
        self._lock.close()


def why(error: OSError) -> str:
    """Return what the system says of an error, in words."""
    return error.strerror.lower() if error.strerror else str(error)


class Saver:
    """Saves the sandbox every few seconds, from `start` until `stop`, and then once more.

    What was never started is never saved: a start that was broken off leaves the folder as it was.
    """

    def __init__(self, keep: Keep, cloudfront: CloudFront, aws: LocalAws) -> None:
        self._folder, self._cloudfront, self._aws = keep.folder, cloudfront, aws
        self._file = keep.folder / "cloudfront.json"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="saver", daemon=True)

    def load(self) -> bool:
        """Bring back what was kept; False where there is nothing yet.

        Raises: KeepError where what is there can't be read.
        """
        if not self._file.exists():
            return False
        try:
            self._cloudfront.load(json.loads(self._file.read_text("utf8")))
            self._aws.load(self._folder / "aws")
        except SavingError as error:
            raise KeepError(str(error)) from error
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise KeepError(
                f"What is kept in {self._folder} can't be read ({error}). "
                "It may be of another version: choose another folder, or remove that one."
            ) from error
        return True

    def start(self) -> None:
        """Save for the first time, and begin to save.

        Raises: KeepError.
        """
        self.save()
        self._thread.start()

    def stop(self) -> None:
        """Save for the last time, if it was ever begun.

        Raises: KeepError.
        """
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
            self.save()

    def save(self) -> None:
        """Save now.

        Raises: KeepError; what was kept before is still there then.
        """
        new = self._file.with_suffix(".new")
        try:
            with new.open("w", encoding="utf8") as file:
                json.dump(self._cloudfront.dump(), file)
                file.flush()
                os.fsync(file.fileno())
            (self._folder / "aws").mkdir(exist_ok=True)
            self._aws.save(self._folder / "aws")
            new.replace(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            if isinstance(error, SavingError):
                raise KeepError(str(error)) from error
            raise KeepError(
                f"The demo's data could not be kept in {self._folder}: {why(error)}. "
                "What was kept there before is untouched."
            ) from error

    def _run(self) -> None:
        told = ""
        while not self._stopping.wait(EVERY_S):
            try:
                self.save()
                told = ""
            except KeepError as error:
                if told != str(error):  # once: there is time to make room before the end
                    _log.warning("%s", error)
                told = str(error)
