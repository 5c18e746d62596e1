"""moto's services, called in this process with a request of ours: no sockets, no Flask."""

import logging
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.request import Request as MotoRequest
from werkzeug.exceptions import HTTPException

from sandbox.aws.errors import AwsError
from sandbox.aws.messages import Request, Response

Dispatch = Callable[[Any, str, Any], tuple[int, dict[str, Any], Any]]
"""A service's entry in moto: request, URL, headers -> status, headers, body."""

_OURS = frozenset({"content-length", "connection", "transfer-encoding", "date", "server", "status"})
"""Headers of moto's answers that the server writes itself."""

_log = logging.getLogger(__name__)


def call(dispatch: Dispatch, request: Request, account: str) -> Response:
    """Let moto answer a request for an account; raise `AwsError` for what moto does not have, or stumbles over."""
    asked = as_moto(request, account)
    try:
        status, headers, body = dispatch(asked, asked.raw_url, asked.headers)
    except ServiceException as refusal:
        raise AwsError(refusal.code, str(refusal.message)) from None
    except HTTPException as refusal:
        kept = tuple((n, v) for n, v in refusal.get_headers() if n.lower() not in _OURS)
        text = refusal.description or ""
        return Response(refusal.code or 400, kept, text.encode() if isinstance(text, str) else text)
    except NotImplementedError as missing:
        words = f"The local AWS does not have this operation: {missing}"
        raise AwsError("NotImplemented", words, 501) from None
    except (KeyError, TypeError, ValueError, AttributeError) as stumble:
        _log.warning("moto stumbled over %s %s", request.method, request.path, exc_info=True)
        raise AwsError("ValidationError", f"The request could not be read: {stumble!r}") from None
    return Response(int(status), _kept(headers), body.encode() if isinstance(body, str) else body or b"")


def as_moto(request: Request, account: str) -> MotoRequest:
    """Return a request as moto's own servers would hand it on, its path untouched."""
    host = request.headers.get("host", "localhost")
    target = request.path + (f"?{request.query}" if request.query else "")
    headers = {**request.headers, "x-moto-account-id": account, "host": host}
    asked = MotoRequest.from_primitives(request.method, f"http://{host}{target}", headers, request.body)
    asked.environ["RAW_URI"] = target
    return asked


def _kept(headers: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in headers.items() if name.lower() not in _OURS)
