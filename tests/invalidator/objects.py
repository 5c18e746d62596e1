"""Objects of a bucket by the tests' clock: HEAD answers as S3 does, and each change is told at once or later."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.invalidator.world import EVENTS, World


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()


@dataclass
class HandObjects:
    """The objects of a world's buckets.

    held: events that are on their way. looks: what was asked for by HEAD. refused: what every HEAD answers, where set.
    """

    world: World
    there: dict[str, Mapping[str, str]] = field(default_factory=dict)
    held: list[dict[str, Any]] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    refused: int | None = None
    count: int = 0

    def __post_init__(self) -> None:
        """Answer the world's own HEADs from here."""
        self.world.s3.meta.events.register_first("before-send.s3.HeadObject", self._answer)

    def close(self) -> None:
        self.world.s3.meta.events.unregister("before-send.s3.HeadObject", self._answer)

    def put(self, bucket: str, key: str, body: str, *, late: bool = False, **headers: str) -> None:
        """Write an object, and tell of it at once or (`late`) when `release` is called."""
        etag = hashlib.md5(body.encode()).hexdigest()
        told = {"ETag": f'"{etag}"', "Content-Length": str(len(body)), "Content-Type": "text/html", **headers}
        self.there[f"{bucket}/{key}"] = told | {"Last-Modified": self._date()}
        self._tell(bucket, key, "ObjectCreated:Put", late=late, eTag=etag, size=len(body))

    def delete(self, bucket: str, key: str, *, late: bool = False) -> None:
        self.there.pop(f"{bucket}/{key}", None)
        self._tell(bucket, key, "ObjectRemoved:Delete", late=late)

    def release(self) -> None:
        """Let the events arrive that are on their way."""
        for record in self.held:
            self._send(record)
        self.held.clear()

    def _tell(self, bucket: str, key: str, name: str, *, late: bool, **more: Any) -> None:
        self.count += 1
        self.world.written.append((bucket, key, self.world.clock.now()))
        record = self.world.record(bucket, key, name=name)
        thing = {"key": record["s3"]["object"]["key"], "sequencer": f"{self.count:016X}", **more}
        record["s3"]["object"] = thing
        if late:
            self.held.append(record)
        else:
            self._send(record)

    def _send(self, record: dict[str, Any]) -> None:
        self.world.queues.send_message(QueueUrl=EVENTS, MessageBody=json.dumps({"Records": [record]}))

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        path = unquote(urlsplit(request.url).path).removeprefix("/")
        host = urlsplit(request.url).hostname or ""
        if not host.startswith("s3."):
            path = f"{host.partition('.')[0]}/{path}"
        self.looks.append(path)
        found = self.there.get(path)
        status = self.refused or (200 if found else 404)
        headers = {"Date": self._date(), **(found or {} if status == 200 else {})}
        return AWSResponse(request.url, status, {name.lower(): one for name, one in headers.items()}, _Raw())

    def _date(self) -> str:
        return format_datetime(self.world.clock.now(), usegmt=True)
