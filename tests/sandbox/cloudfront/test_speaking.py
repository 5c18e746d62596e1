"""The wire: whatever a client of AWS writes is read as it meant it, and whatever is written a client reads so."""

from typing import Any
from urllib.parse import urlencode

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.cloudfront.reading import read
from sandbox.cloudfront.routing import route, service
from sandbox.cloudfront.writing import write
from tests.sandbox.cloudfront.generated import inputs, values
from tests.sandbox.cloudfront.world import World, make_world, refused

WITH_A_BODY = [
    "CreateCachePolicy",
    "CreateDistribution",
    "CreateDistributionWithTags",
    "CreateInvalidation",
    "CreateOriginAccessControl",
    "CreateOriginRequestPolicy",
    "CreateResponseHeadersPolicy",
    "TagResource",
]
ANSWERS = ["GetDistribution", "ListDistributions", "ListInvalidations", "GetDistributionTenant", "ListCachePolicies"]


def without_times(value: Any) -> Any:
    """Times as the store has them: unix seconds."""
    if isinstance(value, dict):
        return {name: without_times(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_times(inner) for inner in value]
    return value.timestamp() if hasattr(value, "timestamp") else value


@given(st.data(), st.sampled_from(WITH_A_BODY))
def test_a_request_is_read_as_the_client_meant_it(data: st.DataObject, name: str) -> None:
    operation = service().operation_model(name)
    payload = operation.input_shape.serialization["payload"]
    sent: dict[str, Any] = {payload: data.draw(values(operation.input_shape.members[payload]))}
    sent |= {
        member: "arn:aws:x/y z" if member == "Resource" else "E1"
        for member in operation.input_shape.required_members
        if member != payload
    }
    request = create_serializer("rest-xml").serialize_to_request(sent, operation)
    path, _, query = request["url_path"].partition("?")
    query = "&".join(filter(None, (query, urlencode(request["query_string"]))))
    call = route(request["method"], path, query)
    assert call.operation.name == name
    assert read(call, {}, request["body"]) == sent


@given(st.data(), st.sampled_from(ANSWERS))
def test_an_answer_is_read_by_the_client_as_it_was_meant(data: st.DataObject, name: str) -> None:
    operation = service().operation_model(name)
    (member,) = [m for m, shape in operation.output_shape.members.items() if "location" not in shape.serialization]
    meant = {member: data.draw(values(operation.output_shape.members[member]))}
    response = write(operation, without_times(meant), "id")
    headers = dict(response.headers)
    given_ = {"body": response.body, "headers": headers, "status_code": response.status}
    parsed = create_parser("rest-xml").parse(given_, operation.output_shape)
    assert without_times(plain(parsed[member])) == without_times(plain(meant[member]))


def plain(value: Any) -> Any:
    """Without empty lists: XML has no other word for them than for none."""
    if isinstance(value, dict):
        return {name: inner for name, one in value.items() if (inner := plain(one)) != []}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return round(value, 3) if isinstance(value, float) else value


INVALIDATION = "/2020-05-31/distribution/{}/invalidation"
NAMESPACE = 'xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"'
PATHS = "<Paths><Quantity>1</Quantity><Items><Path>/a</Path></Items></Paths>"


REFERENCE = "<CallerReference>r</CallerReference>"
NO_NUMBER = "<Paths><Quantity>one</Quantity></Paths>"
NO_PATH = "<Paths><Quantity>1</Quantity><Items><File>/a</File></Items></Paths>"


def batch(inside: str, namespace: str = NAMESPACE) -> str:
    return f"<InvalidationBatch {namespace}>{inside}</InvalidationBatch>"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "MissingBody"),
        ("  \n", "MissingBody"),
        ("<InvalidationBatch", "MalformedXML"),
        (f"<Other {NAMESPACE}/>", "MalformedXML"),
        (batch(PATHS), "MalformedXML"),
        (f'<!DOCTYPE x [<!ENTITY y "z">]>{batch(PATHS + REFERENCE)}', "MalformedXML"),
        (batch(PATHS + REFERENCE + "<Extra/>"), "MalformedInput"),
        (batch(NO_NUMBER + REFERENCE), "MalformedInput"),
        (batch(NO_PATH + REFERENCE), "MalformedInput"),
        (batch(PATHS + REFERENCE + REFERENCE), "MalformedInput"),
        (batch(PATHS + "<CallerReference><b/></CallerReference>"), "MalformedInput"),
        (batch(PATHS + "<CallerReference></CallerReference>"), "InvalidArgument"),
    ],
)
def test_a_body_that_is_none_is_refused_and_makes_nothing(world: World, body: str, code: str) -> None:
    one = world.create()
    status, answer = world.send("POST", INVALIDATION.format(one), body=body.encode())
    assert status == 400
    assert f"<Code>{code}</Code>" in answer
    assert not world.store.dump()["invalidations"]


def test_the_namespace_of_another_version_and_none_are_both_read(world: World) -> None:
    one = world.create()
    for n, namespace in enumerate(('xmlns="http://cloudfront.amazonaws.com/doc/2012-05-05/"', "")):
        body = batch(f"{PATHS}<CallerReference>{n}</CallerReference>", namespace)
        assert world.send("POST", INVALIDATION.format(one), body=body.encode())[0] == 201


def test_a_refusal_is_an_error_document_with_a_request_id(world: World) -> None:
    status, answer = world.send("GET", "/2020-05-31/distribution/E0NOSUCH")
    assert status == 404
    assert "<ErrorResponse" in answer
    assert "<Type>Sender</Type><Code>NoSuchDistribution</Code><Message>The specified distribution" in answer
    assert "<RequestId>" in answer


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/2019-03-26/distribution"), ("PATCH", "/x")])
def test_an_address_that_cloudfront_does_not_have_says_which_version_is_spoken(
    world: World, method: str, path: str
) -> None:
    status, answer = world.send(method, path)
    assert status == 404
    assert "2020-05-31" in answer


def test_an_operation_that_is_not_here_is_refused_and_named(world: World) -> None:
    with refused("OperationNotImplemented", 501) as caught:
        world.client.create_function(
            Name="f", FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"}, FunctionCode=b"x"
        )
    assert "CreateFunction" in str(caught.value)


def test_a_fault_of_our_own_is_a_500_and_leaves_no_lock_behind(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of order")

    one = world.create()
    monkeypatch.setattr(world.store, "operate", fail)
    assert world.send("GET", f"/2020-05-31/distribution/{one}")[0] == 500
    assert "out of order" in caplog.text
    monkeypatch.undo()
    assert world.send("GET", f"/2020-05-31/distribution/{one}")[0] == 200


OPERATIONS = sorted(service().operation_names)


@pytest.fixture(scope="module")
def shared() -> World:
    """An account with one distribution; making clients is slow, so that all examples share theirs."""
    world = make_world()
    world.create()
    return world


@settings(max_examples=4 * settings().max_examples)
@given(data=st.data(), name=st.sampled_from(OPERATIONS))
def test_whatever_the_model_allows_is_answered_or_refused_and_never_fails(
    shared: World, data: st.DataObject, name: str
) -> None:
    operation = service().operation_model(name)
    distribution_id = shared.store.distributions()[0].id
    sent = data.draw(inputs(operation.input_shape, {"Id": distribution_id, "DistributionId": distribution_id}))
    try:
        answer = getattr(shared.client, xform_name(name))(**sent)
    except ClientError as refusal:
        answer = refusal.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] in {200, 201, 204, 400, 404, 409, 412, 413, 501}
