"""Who may do what with the rows of a table, guessed from privileges and from what its policies speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from seatrial.model.tenancy import ACTIONS, ANYONE, MEMBER, NOBODY, SELF, SIGNED_IN, Action, TableRule
from seatrial.tenants.inference import words
from seatrial.tenants.inference.text import compared, constants, flat, is_null, lowest, reads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.tenants.inference.owners import Owner
    from seatrial.tenants.inference.schema import Policy, Schema, Table

__all__ = ["Circumstances", "Ruled", "rule_of"]

#: Only a super administrator gets through; no word of a person's settings.
BOSS = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What holds for every table."""

    schema: Schema
    #: Of a membership or claim, lowest first.
    roles: tuple[str, ...]
    signed_in: str
    anonymous: str
    #: Pattern of who is signed in.
    me: str
    #: Claim of a super administrator; empty where there is none.
    boss: str

    @property
    def lowest_reader(self) -> str:
        """Whoever is a member at all."""
        return self.roles[0] if self.roles else MEMBER

    @property
    def lowest_writer(self) -> str:
        """The first whose name does not say that they only read."""
        return next((role for role in self.roles if not words.reads_only(role)), self.lowest_reader)

    def usual(self, action: Action) -> str:
        """Where nothing else is known."""
        return self.lowest_reader if action == "select" else self.lowest_writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What was found for one table."""

    rule: TableRule
    #: By key of the rule.
    reasons: Mapping[str, str]
    unsure: Sequence[str]


def rule_of(table: Table, owner: Owner, around: Circumstances) -> Ruled:
    """Whose its rows are, and who may do what with them."""
    reasons, unsure, boss, actions = dict(owner.reasons), list(owner.unsure), list[Action](), dict[str, str]()
    for action in ACTIONS:
        who, why, reached = _lowest(table, owner, around, action, unsure)
        if reached:
            boss.append(action)
        if who not in {NOBODY, BOSS}:
            actions[action], reasons[action] = who, why
    user = owner.user if SELF in actions.values() or not owner.has_tenant else ""
    if not user:
        reasons.pop("user", None)
    if nobodys := _of_nobody(table, owner):
        reasons["system_rows"] = nobodys
    rule = TableRule(
        table=table.name, tenant=owner.tenant, through=owner.through, user=user, system_rows=bool(nobodys),
        super_administrator=tuple(boss), **_narrowed(table, user, actions, around), **cast("dict[str, Any]", actions),
    )  # fmt: skip
    return Ruled(rule=rule, reasons=reasons, unsure=unsure)


def _of_nobody(table: Table, owner: Owner) -> str:
    """Why there are rows that belong to no tenant; empty where there should be none."""
    if not (owner.has_tenant or owner.user):
        return "no column says whose a row is"
    texts = [text for policy in table.policies for text in (policy.using, policy.check)]
    if owner.tenant and any(is_null(text, owner.tenant) for text in texts):
        return f"a policy speaks of rows whose {owner.tenant} is NULL"
    return ""


def _lowest(
    table: Table, owner: Owner, around: Circumstances, action: Action, unsure: list[str]
) -> tuple[str, str, bool]:
    """Who may take an action, why, and whether a super administrator may with every row."""
    if not _columns(table, around, action):
        return NOBODY, "", False
    usual = around.usual(action)
    if not table.row_security:
        unsure.append(f"{table.name} has no row security, so whoever may {action} does it with every row")
        return usual, "a guess: row security is off", False
    policies = [policy for policy in table.policies_for(action) if _concerns(policy, around)]
    verdicts = [_verdict(table, owner, around, policy, action) for policy in policies]
    reached = bool(around.boss) and any(_reaches(around, policy.condition(action)) for policy in policies)
    people = [verdict for verdict in verdicts if verdict[0] != BOSS]
    if not people:
        return NOBODY, "", reached
    rank = (ANYONE, SIGNED_IN, *(around.roles or (MEMBER,)), SELF)
    who, why = min(people, key=lambda verdict: rank.index(verdict[0]))
    if who != SELF and any(one == SELF for one, _ in people):
        unsure.append(f"{table.name}: a row's user may {action} it, and so may others; only the others are written")
    if who in {ANYONE, SIGNED_IN} and owner.has_tenant and who != usual:
        unsure.append(f"{table.name} belongs to tenants, and a policy lets others {action} it, too")
        return usual, f"a guess: {why}", reached
    return who, why, reached


def _verdict(table: Table, owner: Owner, around: Circumstances, policy: Policy, action: Action) -> tuple[str, str]:
    """The lowest who gets through a policy, and why."""
    text, name = policy.condition(action), f"policy {policy.name}"
    told, role = flat(text), lowest(text, around.roles)
    if told in {"true", ""}:
        return _everybody(policy, around), f"{name} lets every row through"
    if owner.user in compared(text, table.bare, around.me) and " OR " not in told and not _higher(role, around):
        return SELF, f"{name} compares {owner.user} with who is signed in"
    if role:
        return role, f"{name} names {role}"
    return _by_calls(owner, around, policy, action)


def _higher(role: str, around: Circumstances) -> bool:
    return bool(role) and role != around.lowest_reader


def _by_calls(owner: Owner, around: Circumstances, policy: Policy, action: Action) -> tuple[str, str]:
    """Where a policy itself names no role: its functions may, or it asks for no tenant at all."""
    text, name = policy.condition(action), f"policy {policy.name}"
    if not (policy.columns and owner.has_tenant) and around.boss and _reaches(around, text):
        return BOSS, ""
    if owner.has_tenant and (role := lowest(around.schema.reached(text), around.roles)):
        return _of_body(around, role, action), f"{name} calls a function that names {role}"
    if not policy.columns or not (owner.has_tenant or owner.user):
        return _everybody(policy, around), f"{name} looks at no tenant and no user"
    return around.usual(action), f"{name} names no role"


def _of_body(around: Circumstances, role: str, action: Action) -> str:
    """A body that names all roles compares them; one that names the lowest of all says nothing about who writes."""
    return around.lowest_writer if role == around.lowest_reader and action != "select" else role


def _everybody(policy: Policy, around: Circumstances) -> str:
    return ANYONE if around.anonymous and {"public", around.anonymous} & set(policy.roles) else SIGNED_IN


def _concerns(policy: Policy, around: Circumstances) -> bool:
    return bool({"public", around.signed_in, around.anonymous} & set(policy.roles))


def _reaches(around: Circumstances, text: str) -> bool:
    """Whether a condition asks, itself or in what it calls, for a super administrator."""
    return any(one.name == around.boss for one in reads(around.schema.reached(text)))


def _columns(table: Table, around: Circumstances, action: Action) -> tuple[str, ...]:
    """What clients have a privilege for: `*`, some columns, or nothing."""
    rights = [table.rights.get(role, {}).get(action, ()) for role in (around.signed_in, around.anonymous)]
    return next((columns for columns in rights if columns), ())


def _narrowed(table: Table, user: str, actions: Mapping[str, str], around: Circumstances) -> dict[str, Any]:
    """Which columns may be given or changed, where that is not all; and what a new row must hold."""
    found: dict[str, Any] = {}
    narrow: tuple[Action, ...] = ("insert", "update")
    for action in narrow:
        columns = _columns(table, around, action)
        if action in actions and "*" not in columns:
            found[f"{action}_columns"] = columns
    inserting = table.policies_for("insert")
    if "insert" in actions and len(inserting) == 1 and " OR " not in flat(inserting[0].condition("insert")):
        required = _required(table, inserting[0].condition("insert"), around)
        if actions["insert"] == SELF:
            required.pop(user, None)
        found["insert_only"] = required
    return found


def _required(table: Table, text: str, around: Circumstances) -> dict[str, str]:
    required = dict.fromkeys(compared(text, table.bare, around.me), SELF)
    for column in table.columns:
        for value in {one for one in constants(text) if "'" not in one}:
            if column.name in compared(text, table.bare, f"'{value}'"):
                required[column.name] = value
    return {column: value for column, value in required.items() if table.column(column)}
