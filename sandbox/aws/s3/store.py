"""All buckets of the account, under one lock; numbers changes and hands out version ids."""

import base64
import secrets
import threading
from collections.abc import Callable

from sandbox.aws.errors import AwsError
from sandbox.aws.s3.model import NULL_VERSION, Bucket

OWNER = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"
"""The account's canonical user id; moto says the same one."""


class Store:
    """The buckets by name. `lock` is held by whoever reads or changes more than one thing at once.

    clock: unix seconds.
    changes: grows with every change; who saves compares it.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.buckets: dict[str, Bucket] = {}
        self.changes = 0
        self._last_sequence = 0

    def bucket(self, name: str) -> Bucket:
        """Return a bucket; raise `NoSuchBucket`."""
        found = self.buckets.get(name)
        if found is None:
            raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404, {"BucketName": name})
        return found

    def next_sequence(self) -> int:
        """Return a number that grows with every call, over restarts too: the time in nanoseconds, or one more."""
        with self.lock:
            self._last_sequence = max(self._last_sequence + 1, int(self.clock() * 1e9))
            self.changes += 1
            return self._last_sequence

    def went_on_from(self, sequence: int) -> None:
        """Have every later number be greater than this one; called when a state is loaded."""
        self._last_sequence = max(self._last_sequence, sequence)

    @property
    def last_sequence(self) -> int:
        """The number given last."""
        return self._last_sequence

    def touch(self) -> None:
        """Note that something was changed that has no number."""
        with self.lock:
            self.changes += 1


def new_version_id(bucket: Bucket) -> str:
    """Return an id for what is written now: S3's are 32 characters, `null` unless versioning is on."""
    if bucket.versioning != "Enabled":
        return NULL_VERSION
    return base64.b64encode(secrets.token_bytes(24), b"._").decode()


def sequencer(sequence: int) -> str:
    """Return the sequencer of a change: 18 hexadecimal digits, as S3's have now."""
    return f"{sequence:018X}"


def no_such_key(key: str) -> AwsError:
    """Return the refusal for a key that is not there."""
    return AwsError("NoSuchKey", "The specified key does not exist.", 404, {"Key": key})


def no_such_version(key: str, version_id: str) -> AwsError:
    """Return the refusal for a version that is not there."""
    fields = {"Key": key, "VersionId": version_id}
    return AwsError("NoSuchVersion", "The specified version does not exist.", 404, fields)
