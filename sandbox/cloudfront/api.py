"""CloudFront's interface: an HTTP request in, an HTTP answer out; no sockets."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace

from sandbox.cloudfront.reading import read
from sandbox.cloudfront.refusal import InternalFailureError, Refusal
from sandbox.cloudfront.routing import Call, route, service
from sandbox.cloudfront.store import CREATING, CloudFront
from sandbox.cloudfront.writing import Response, write, write_refusal

_log = logging.getLogger(__name__)


class CloudFrontApi:
    """Speaks CloudFront's REST-XML for a store, by botocore's own model of it."""

    def __init__(self, store: CloudFront) -> None:
        self.store = store

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer a request.

        Args:
            method: the HTTP method.
            path: the path as it was sent, percent-encoded, like `/2020-05-31/distribution`.
            query: the query string as it was sent, without `?`.
            headers: the request's headers, names in any case.
            body: the request's body.

        Returns:
            What to answer. With `drop` set it was carried out and the caller shall not hear of it.
        """
        request_id = str(uuid.uuid4())
        try:
            call = route(method, path, query)
            response = self._carry_out(call, headers, body, request_id)
        except Refusal as refusal:
            return write_refusal(refusal, request_id)
        except Exception:  # noqa: BLE001 - the rim: a caller of the real one gets an answer too
            _log.exception("The local CloudFront failed at %s %s", method, path)
            return write_refusal(InternalFailureError(), request_id)
        return replace(response, drop=call.operation.name in CREATING and self.store.faults.now.time_out)

    def _carry_out(self, call: Call, headers: Mapping[str, str], body: bytes, request_id: str) -> Response:
        params = read(call, {name.lower(): value for name, value in headers.items()}, body)
        output = self.store.operate(call.operation.name, params)
        if "Location" in output:
            version = service().metadata["apiVersion"]
            output = {**output, "Location": f"https://cloudfront.amazonaws.com/{version}/{output['Location']}"}
        return write(call.operation, output, request_id)
