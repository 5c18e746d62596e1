"""Which operation a request means, by the service model that botocore ships."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from sandbox.cloudfront.refusal import UnknownOperationError


@cache
def service() -> ServiceModel:
    """Return CloudFront's service model, read once and never changed."""
    return ServiceModel(Loader().load_service_model("cloudfront", "service-2"), "cloudfront")


@dataclass(frozen=True, slots=True)
class Route:
    """One operation's address: the path as a pattern, and what the query must hold."""

    operation: OperationModel
    path: re.Pattern[str]
    flags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose operation is known.

    uri: values of the address's placeholders, decoded.
    query: values of the query string, decoded.
    """

    operation: OperationModel
    uri: Mapping[str, str]
    query: Mapping[str, str]


def _route(operation: OperationModel) -> Route:
    template, _, query = operation.http["requestUri"].partition("?")
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
    return Route(operation, re.compile(pattern + "/?"), dict(parse_qsl(query, keep_blank_values=True)))


@cache
def routes(method: str) -> tuple[Route, ...]:
    """Return the routes of a method; those that want the most of the query come first, so that they win."""
    models = [service().operation_model(name) for name in service().operation_names]
    found = [_route(model) for model in models if model.http["method"] == method]
    return tuple(sorted(found, key=lambda route: -len(route.flags)))


def route(method: str, path: str, query: str) -> Call:
    """Find the operation of a request.

    Args:
        method: the HTTP method.
        path: the path as it was sent, percent-encoded.
        query: the query string as it was sent, without `?`.

    Raises:
        UnknownOperationError: no operation has this address; the message says which version is spoken.
    """
    values = dict(parse_qsl(query, keep_blank_values=True))
    for one in routes(method.upper()):
        matched = one.path.fullmatch(path)
        if matched and one.flags.items() <= values.items():
            return Call(one.operation, {name: unquote(text) for name, text in matched.groupdict().items()}, values)
    version = service().metadata["apiVersion"]
    raise UnknownOperationError(
        f"CloudFront has no operation at {method} {path}. This local CloudFront speaks version {version}, "
        f"so addresses begin with /{version}/."
    )
