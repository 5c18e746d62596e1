"""The managed response headers policies: `using-managed-response-headers-policies.html` in the Developer Guide.

They are kept so that distributions can have them; the local edge does not add their headers.
"""

from sandbox.cloudfront.managed import entry
from sandbox.cloudfront.shelf import Entry, Params

_YEAR = 31536000
_METHODS = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"]
_SECURITY: Params = {
    "XSSProtection": {"Override": False, "Protection": True, "ModeBlock": True},
    "FrameOptions": {"Override": False, "FrameOption": "SAMEORIGIN"},
    "ReferrerPolicy": {"Override": False, "ReferrerPolicy": "strict-origin-when-cross-origin"},
    "ContentTypeOptions": {"Override": True},
    "StrictTransportSecurity": {
        "Override": False,
        "IncludeSubdomains": False,
        "Preload": False,
        "AccessControlMaxAgeSec": _YEAR,
    },
}


def response_headers_policies() -> list[Entry]:
    """Return the managed response headers policies, as every account has them."""
    simple, preflight, security = _cors(["GET"], []), _cors(_METHODS, ["*"]), {"SecurityHeadersConfig": _SECURITY}
    table: tuple[tuple[str, str, Params], ...] = (
        ("e61eb60c-9c35-4d20-a928-2b84e02af89c", "CORS-and-SecurityHeadersPolicy", simple | security),
        ("5cc3b908-e619-4b99-88e5-2cf7f45965bd", "CORS-With-Preflight", preflight),
        ("eaab4381-ed33-4a86-88ca-d9558dc6cd63", "CORS-with-preflight-and-SecurityHeadersPolicy", preflight | security),
        ("67f7725c-6f97-4210-82d7-5512b31e9d03", "SecurityHeadersPolicy", security),
        ("60669652-455b-4ae9-85a4-c4c02393f86c", "SimpleCORS", simple),
    )
    return [entry(policy_id, {"Name": f"Managed-{name}", "Comment": "", **rest}) for policy_id, name, rest in table]


def _cors(methods: list[str], exposed: list[str]) -> Params:
    config: Params = {
        "AccessControlAllowOrigins": _group(["*"]),
        "AccessControlAllowHeaders": _group(["*"]),
        "AccessControlAllowMethods": _group(methods),
        "AccessControlAllowCredentials": False,
        "OriginOverride": False,
    }
    if exposed:
        config["AccessControlExposeHeaders"] = _group(exposed)
    return {"CorsConfig": config}


def _group(items: list[str]) -> Params:
    return {"Quantity": len(items), "Items": items}
