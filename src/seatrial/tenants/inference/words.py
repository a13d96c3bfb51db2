"""Names by which people call tenants, members, roles, states and secrets."""

from __future__ import annotations

import re

__all__ = [
    "ACTIVE", "MEMBERS", "ROLE_COLUMN", "STATE_COLUMN", "SUPER", "TENANT", "USER", "USER_COLUMN",
    "in_order", "is_secret", "reads_only", "singular", "sounds_like_role", "tenant_weight",
]  # fmt: skip

_TENANTS = {
    "tenant": 8, "organization": 7, "organisation": 7, "org": 7, "workspace": 6, "company": 5, "account": 5,
    "team": 3, "customer": 3, "client": 3, "group": 2, "agency": 3, "store": 2, "shop": 2, "clinic": 3, "school": 3,
}  # fmt: skip
TENANT = re.compile(r"tenant|org|workspace|compan|account|team|customer|client", re.IGNORECASE)
#: Tables that hold people.
USER = re.compile(r"^(?:app_?|auth_?)?(?:users?|profiles?|user_profiles?|people|persons?)$", re.IGNORECASE)
USER_COLUMN = re.compile(r"^(?:user|member|profile|account|person|auth_user)_?(?:id|uuid)$|^uid$", re.IGNORECASE)
MEMBERS = re.compile(r"member|users?$|user_|staff|employee|collaborat|roles?$|profile", re.IGNORECASE)
ROLE_COLUMN = re.compile(r"^(?:\w+_)?role(?:_name)?$|access_level|permission_level", re.IGNORECASE)
STATE_COLUMN = re.compile(r"^(?:\w+_)?(?:status|state)$|^is_active$|^active$|^is_enabled$", re.IGNORECASE)
ACTIVE = re.compile(r"^(?:active|activated|accepted|approved|confirmed|enabled|joined|true|ok|current)$", re.IGNORECASE)
SUPER = re.compile(r"super|platform_admin|is_admin$|is_staff|god|root", re.IGNORECASE)
_SECRET = re.compile(
    r"secret|password|passwd|passphrase|(?:^|_)token(?:$|_encrypted|_hash)|api_?key|ciphertext|_hash$|private_?key"
    r"|wrapped_key|encryption_key|service_key|credentials?$|^otp|totp|recovery_codes?|^salt$|^nonce$",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(
    r"(?:content|file|body|payload|commit|row|source|image|document|schema|block|data)_hash$|_id$|_at$|_count$"
)
_LEVELS = (
    re.compile(r"guest|viewer|reader|read_?only|observer|visitor", re.IGNORECASE),
    re.compile(r"billing|support|contributor|commenter", re.IGNORECASE),
    re.compile(r"member|user|editor|writer|staff|agent|employee|standard|basic|developer", re.IGNORECASE),
    re.compile(r"manager|moderator|maintainer|lead", re.IGNORECASE),
    re.compile(r"admin", re.IGNORECASE),
    re.compile(r"owner|founder|super", re.IGNORECASE),
)


def tenant_weight(table: str) -> int:
    """How much a table's bare name sounds like that of the tenants."""
    return _TENANTS.get(singular(table).lower(), 0)


def singular(name: str) -> str:
    """`companies` → `company`."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def is_secret(column: str) -> bool:
    """Whether a column's name says that nobody should read it."""
    return bool(_SECRET.search(column)) and not _NO_SECRET.search(column)


def in_order(roles: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Roles, the lowest first, and those of them whose place nobody can tell from the name."""
    known = {role: _level(role) for role in roles}
    unknown = tuple(role for role in roles if known[role] < 0)
    if len(unknown) == len(roles):
        return roles, unknown
    # What has a strange name stands where its neighbour stands.
    last, places = 0, dict[str, int]()
    for role in roles:
        last = known[role] if known[role] >= 0 else last
        places[role] = last
    return tuple(sorted(roles, key=places.__getitem__)), unknown


def reads_only(role: str) -> bool:
    """Whether a role sounds like one that changes nothing."""
    return _level(role) == 0


def _level(role: str) -> int:
    return max((place for place, words in enumerate(_LEVELS) if words.search(role)), default=-1)


def sounds_like_role(word: str) -> bool:
    """Whether a constant is one of the usual names of roles."""
    return bool(re.fullmatch(r"[a-z_ -]{3,24}", word)) and _level(word) >= 0
