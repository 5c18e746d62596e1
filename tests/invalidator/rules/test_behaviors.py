"""What of cache behaviors counts."""

from invalidator.rules.behaviors import WITHOUT_QUERY, behaviors_of, policy_ids
from sandbox.cloudfront import managed
from tests.invalidator.rules.shapes import ALL_QUERIES, OPTIMIZED, behavior, config, edge_lambda


def test_the_managed_policies_without_query_strings_are_those_that_aws_documents() -> None:
    """using-managed-cache-policies.html, as the local CloudFront has them."""
    without = set()
    for entry in managed.cache_policies():
        key = entry.config["ParametersInCacheKeyAndForwardedToOrigin"]
        if key["QueryStringsConfig"]["QueryStringBehavior"] == "none":
            without.add(entry.id)
    assert without == WITHOUT_QUERY


def test_behaviors_stand_in_order_and_the_default_one_last() -> None:
    made = behaviors_of(config(behaviors=(behavior("b", "x"), behavior("a", policy=ALL_QUERIES))), {})
    assert [(one.pattern, one.target, one.query) for one in made] == [
        ("b", "x", False),
        ("a", "bucket", True),
        ("*", "bucket", False),
    ]


def test_a_rewriting_function_is_seen() -> None:
    made = behaviors_of(config(behaviors=(behavior("a", **edge_lambda("viewer-request")),)), {})
    assert [one.rewrites for one in made] == [True, False]


def test_only_policies_that_can_have_query_strings_need_reading() -> None:
    assert policy_ids(config(behaviors=(behavior("a", policy="own"), behavior("b", policy=OPTIMIZED)))) == {"own"}
