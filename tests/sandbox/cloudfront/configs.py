"""Parts of distributions' configurations, and what it means that one is kept."""

from typing import Any

CERTIFICATE = {
    "ACMCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "SSLSupportMethod": "sni-only",
    "MinimumProtocolVersion": "TLSv1.2_2021",
}


def group(*items: Any) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)}


def behavior(pattern: str, **changes: Any) -> dict[str, Any]:
    return {"PathPattern": pattern, "TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all", **changes}


def legacy(query: bool, **ttls: int) -> dict[str, Any]:
    return {"ForwardedValues": {"QueryString": query, "Cookies": {"Forward": "none"}}, **ttls}


def assert_holds(whole: Any, part: Any, at: str = "") -> None:
    """Everything that was sent is there; what was filled in besides does not count."""
    if isinstance(part, dict):
        for name, value in part.items():
            assert name in whole, f"{at}.{name}"
            assert_holds(whole[name], value, f"{at}.{name}")
    elif isinstance(part, list):
        assert len(whole) == len(part), at
        for n, value in enumerate(part):
            assert_holds(whole[n], value, f"{at}[{n}]")
    else:
        assert whole == part, at
