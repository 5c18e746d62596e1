"""Which messages count as failed, by what Lambda documents of partial batch responses."""

import pytest

from sandbox.mappings.answers import failed_ids

ALL = {"a", "b"}
NAMED = {"batchItemFailures": [{"itemIdentifier": "a"}]}


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        pytest.param(None, set(), id="no answer"),
        pytest.param({}, set(), id="an empty answer"),
        pytest.param({"batchItemFailures": None}, set(), id="no list"),
        pytest.param({"batchItemFailures": []}, set(), id="an empty list"),
        pytest.param(NAMED, {"a"}, id="one named"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]}, ALL, id="all named"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": ""}]}, ALL, id="an empty identifier"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": None}]}, ALL, id="a null identifier"),
        pytest.param({"batchItemFailures": [{"messageId": "a"}]}, ALL, id="a bad key"),
        pytest.param({"batchItemFailures": ["a"]}, ALL, id="a text in place of an item"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": ["a"]}]}, ALL, id="a list as identifier"),
        pytest.param({"batchItemFailures": "a"}, ALL, id="a text in place of the list"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": "zzz"}]}, ALL, id="an id of no message"),
        pytest.param({"batchItemFailures": [*NAMED["batchItemFailures"], {"itemIdentifier": "zzz"}]}, ALL, id="mixed"),
        pytest.param("done", ALL, id="a text as answer"),
        pytest.param([], ALL, id="a list as answer"),
    ],
)
def test_a_partial_answer_names_what_failed(answer: object, failed: set[str]) -> None:
    assert failed_ids(answer, ALL, partial=True) == failed


@pytest.mark.parametrize("answer", [NAMED, "done", None])
def test_without_partial_answers_whatever_is_returned_is_success(answer: object) -> None:
    assert failed_ids(answer, ALL, partial=False) == set()
