"""Kinds of things that CloudFront keeps and this local one has none of: lists of them are empty, none is ever found.

Clients ask for such lists without wanting anything (the console's pages, `aws cloudfront list-functions`, inventories),
so they are answered. Making such a thing is refused: nothing here would act on it.
"""

from functools import partial

from botocore.model import OperationModel, StructureShape

from sandbox.cloudfront.paging import max_items
from sandbox.cloudfront.refusal import Refusal
from sandbox.cloudfront.rooms import Handlers
from sandbox.cloudfront.routing import service
from sandbox.cloudfront.shelf import Params

_KINDS = (
    "AnycastIpList",
    "ConnectionFunction",
    "ConnectionGroup",
    "ContinuousDeployment",
    "FieldLevelEncryption",
    "Function",
    "KeyGroup",
    "KeyValueStore",
    "ManagedCertificate",
    "MonitoringSubscription",
    "PublicKey",
    "RealtimeLogConfig",
    "StreamingDistribution",
    "TrustStore",
    "VpcOrigin",
)
_READING = ("Get", "Describe", "List")
_OF_ANY_CALL = frozenset({"AccessDenied", "InvalidArgument", "UnsupportedOperation", "NoSuchDistribution"})


class AbsentError(Refusal):
    """No such thing is here; with the code and the status by which the operation says so on AWS."""

    words = "The specified resource does not exist."

    def __init__(self, code: str, status: int) -> None:
        super().__init__()
        self.code, self.status = code, status


def handlers() -> Handlers:
    """Return the operations that read what is not here."""
    names = service().operation_names
    wanted = [name for name in names if name.startswith(_READING) and any(kind in name for kind in _KINDS)]
    return {name: partial(_answer, service().operation_model(name)) for name in wanted}


def _answer(operation: OperationModel, params: Params) -> Params:
    """Return an empty list, or refuse: by id, and for lists of what uses one thing, that thing is missing."""
    code = next((shape.name for shape in operation.error_shapes if shape.name not in _OF_ANY_CALL), None)
    if code and (not operation.name.startswith("List") or "By" in operation.name):
        missing = service().shape_for(code).metadata.get("error", {})
        raise AbsentError(code, missing.get("httpStatusCode", 404))
    members = operation.output_shape.members if operation.output_shape else {}
    return {
        name: _empty(member, params) if isinstance(member, StructureShape) else []
        for name, member in members.items()
        if name != "NextMarker"
    }


def _empty(group: StructureShape, params: Params) -> Params:
    empty = {"Marker": params.get("Marker") or "", "MaxItems": max_items(params), "IsTruncated": False, "Quantity": 0}
    return {name: value for name, value in empty.items() if name in group.required_members}
