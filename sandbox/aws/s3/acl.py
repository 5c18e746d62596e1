"""Access control lists of objects: canned ones, grants by header, and the XML (User Guide, "ACL overview")."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from sandbox.aws.s3.call import invalid, malformed
from sandbox.aws.s3.model import Grant
from sandbox.aws.s3.store import OWNER
from sandbox.aws.xml import Item, escape, text

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
PERMISSIONS = ("FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP")

_MINE: Grant = (OWNER, "FULL_CONTROL")
_CANNED: dict[str, tuple[Grant, ...]] = {
    "private": (_MINE,),
    "public-read": (_MINE, (ALL_USERS, "READ")),
    "public-read-write": (_MINE, (ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": (_MINE, (AUTHENTICATED, "READ")),
    "aws-exec-read": (_MINE,),
    "bucket-owner-read": (_MINE,),
    "bucket-owner-full-control": (_MINE,),
    "log-delivery-write": (_MINE, (LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}


def canned(name: str) -> tuple[Grant, ...]:
    """Return the grants of a canned ACL; raise `InvalidArgument`."""
    if name not in _CANNED:
        raise invalid("x-amz-acl", name, "Argument format not recognized")
    return _CANNED[name]


def granted(headers: Mapping[str, str]) -> tuple[Grant, ...]:
    """Return the grants of the `x-amz-grant-*` headers, like `uri="…", id="…"`."""
    found: list[Grant] = []
    for permission in PERMISSIONS:
        for one in filter(None, headers.get(f"x-amz-grant-{permission.lower().replace('_', '-')}", "").split(",")):
            kind, equals, who = one.strip().partition("=")
            if not equals or kind not in ("id", "uri", "emailAddress"):
                raise invalid(f"x-amz-grant-{permission.lower()}", one, "Argument format not recognized")
            found.append((who.strip('"'), permission))
    return tuple(found)


def read(root: ET.Element) -> tuple[Grant, ...]:
    """Return the grants of an `AccessControlPolicy`; raise `MalformedACLError` in the words for bad XML."""
    found: list[Grant] = []
    for grant in root.iterfind("AccessControlList/Grant"):
        grantee, permission = grant.find("Grantee"), text(grant, "Permission")
        who = (text(grantee, "URI") or text(grantee, "ID")) if grantee is not None else None
        if not who or permission not in PERMISSIONS:
            raise malformed()
        found.append((who, permission))
    return tuple(found)


def write(grants: tuple[Grant, ...]) -> bytes:
    """Return the `AccessControlPolicy` of an object."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Owner><ID>{OWNER}</ID></Owner><AccessControlList>{''.join(map(_grant, grants))}</AccessControlList>"
        "</AccessControlPolicy>"
    ).encode()


def is_public(grants: tuple[Grant, ...]) -> bool:
    """Whether anybody may read."""
    return any(who == ALL_USERS and permission in ("READ", "FULL_CONTROL") for who, permission in grants)


def owner() -> Item:
    """Return the `Owner` element."""
    return ("Owner", [("ID", OWNER), ("DisplayName", "freshedge")])


def _grant(grant: Grant) -> str:
    who, permission = grant
    group = who.startswith("http")
    kind, inner = ("Group", f"<URI>{who}</URI>") if group else ("CanonicalUser", f"<ID>{escape(who)}</ID>")
    return (
        f'<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="{kind}">{inner}</Grantee>'
        f"<Permission>{permission}</Permission></Grant>"
    )
