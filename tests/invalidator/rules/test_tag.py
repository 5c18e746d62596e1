"""The grammar of the tag `distributionId`, and what people are told of a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invalidator.rules.tag import is_id, parse_tag

ID = st.from_regex(r"\AE[A-Z0-9]{12,13}\Z")


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("E1ABCDEFGHIJKL", ("E1ABCDEFGHIJKL",)),
        ("EDFDVBD6EXAMPLE", ("EDFDVBD6EXAMPLE",)),
        ("  E1ABCDEFGHIJKL ", ("E1ABCDEFGHIJKL",)),
        ("E2 E1", ("E2", "E1")),
        ("E2   E1  E2", ("E2", "E1")),
        ("E2\tE1\u00a0E3", ("E2", "E1", "E3")),
        ("", ()),
        ("   ", ()),
    ],
)
def test_ids_stand_between_blanks_each_once_in_order(value: str, ids: tuple[str, ...]) -> None:
    assert parse_tag(value).ids == ids
    assert parse_tag(value).bad == ()


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("arn:aws:cloudfront::123456789012:distribution/E1ABCDEFGHIJKL", "write E1ABCDEFGHIJKL."),
        ("arn:aws-cn:cloudfront::123456789012:distribution/E1ABCDEFGHIJKL", "write E1ABCDEFGHIJKL."),
        ("E1ABCDEFGHIJKL,E2ABCDEFGHIJKL", "as in 'E1ABCDEFGHIJKL E2ABCDEFGHIJKL'."),
        ("E1ABCDEFGHIJKL/E2ABCDEFGHIJKL", "separate ids with spaces"),
        ("https://d111111abcdef8.cloudfront.net/", "but a URL"),
        ("d111111abcdef8.cloudfront.net", "a distribution's domain name"),
        ("www.example.com", "looks like a domain name"),
        ("E1ABC-DEF", "only letters and digits"),
        ("Ä1ABCDEFGHIJKL", "only letters and digits"),
        ("E1ABCDEFGHIJK\u0661", "only letters and digits"),
    ],
)
def test_a_wrong_word_is_named_with_what_to_write_instead(word: str, advice: str) -> None:
    told = parse_tag(f"E1ABCDEFGHIJKL {word}")
    assert told.ids == ("E1ABCDEFGHIJKL",)
    assert told.bad == (word,)
    assert repr(word) in told.problems[0]
    assert advice in told.problems[0]


@given(st.lists(ID, max_size=9), st.sampled_from([" ", "  ", " \t"]))
def test_written_ids_are_read_again(ids: list[str], between: str) -> None:
    assert parse_tag(between.join(ids)).ids == tuple(dict.fromkeys(ids))


@given(st.text())
def test_every_word_of_any_value_is_an_id_or_has_its_problem(value: str) -> None:
    told = parse_tag(value)
    assert {*told.ids, *told.bad} == set(value.split())
    assert len(told.problems) == len(told.bad)
    assert all(map(is_id, told.ids))
    assert not any(map(is_id, told.bad))
