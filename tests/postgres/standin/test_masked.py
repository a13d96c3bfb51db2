"""A stand-in that is laid from a masked picture has all that one from the picture itself has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.standin.lay import lay
from seatrial.standin.mask import masked

if TYPE_CHECKING:
    from tests.postgres.standin.harbour import Harbour

    from seatrial.model.standin import Picture


PLAIN = "app.stamp('a', 'b')"
SECRETS = "app.stamp('hunter2', 'https://x.example/SEKRET')"


def test_masking_costs_the_stand_in_nothing(picture: Picture, bare: Harbour) -> None:
    definitions = [replace(one, sql=one.sql.replace(PLAIN, SECRETS)) for one in picture.definitions]
    objects = {
        identity: replace(one, facts={name: text.replace(PLAIN, SECRETS) for name, text in one.facts.items()})
        for identity, one in picture.catalog.objects.items()
    }
    known = replace(picture, definitions=tuple(definitions), catalog=replace(picture.catalog, objects=objects))
    hidden, names = masked(known)
    assert set(names) == {
        "arguments of trigger app.contacts.stamp", "options of foreign server elsewhere",
        "options of foreign table app.remote", "options of column app.remote.id",
    }  # fmt: skip
    lacking = lay(hidden, bare.server, bare.database)
    assert [one.what for one in lacking if any(name in one.what for name in ("stamp", "remote", "elsewhere"))] == []
    trigger = bare.catalog().objects["trigger", "app.contacts.stamp"].facts["definition"]
    assert trigger.endswith("app.stamp('masked', 'https://masked.invalid')")
