"""The JSON Schema of what `--format json` prints, made from the records that are printed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

import seatrial.model
from seatrial.errors import Exit
from seatrial.model.outcome import Body
from seatrial.report.json import LEFT_OUT

if TYPE_CHECKING:
    from pydantic_core import core_schema

__all__ = ["schema"]

TEXT = {"type": "string"}
#: What an attack saw and what a query did: each is found in the module that prints it.
OF_TWO = frozenset({"Observed"})


class _Printed(GenerateJsonSchema):
    """Every field of a record is printed, also those that have a default."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,  # noqa: ARG002
        total: bool,  # noqa: ARG002, FBT001 - as pydantic calls it
    ) -> bool:
        """Also where there is a default."""
        return True


def schema() -> dict[str, Any]:
    """The schema, of draft 2020-12; it says what is there, and forbids nothing that may come to it."""
    body = TypeAdapter[Any](Body, config=ConfigDict(defer_build=True))
    body.rebuild(force=True, _types_namespace=_records())
    result = body.json_schema(schema_generator=_Printed, mode="serialization")
    records = {name: _trimmed(name, record) for name, record in result["$defs"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What seatrial prints with --format json",
        **_object(
            ok={"type": "boolean"},
            exit_code={"enum": [code.value for code in Exit]},
            command=TEXT,
            summary=TEXT,
            next={"type": "array", "items": TEXT},
            result={"anyOf": [{"type": "null"}, *result["anyOf"]]},
            error={"anyOf": [{"type": "null"}, _object(code=TEXT, what=TEXT, where=TEXT, why=TEXT, fix=TEXT)]},
        ),
        "$defs": records,
    }


def _object(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": "object", "required": list(properties), "properties": properties}


def _records() -> dict[str, Any]:
    """The names that annotations of the model use, which its modules do not import while they run."""
    found: dict[str, Any] = {"Mapping": Mapping}
    for module in iter_modules(seatrial.model.__path__):
        loaded = vars(import_module(f"seatrial.model.{module.name}"))
        found |= {name: held for name, held in loaded.items() if isinstance(held, type) and name not in OF_TWO}
    return found


def _trimmed(name: str, record: dict[str, Any]) -> dict[str, Any]:
    """Without titles that only repeat a name, defaults that nobody needs, and fields that are not printed."""
    if "properties" not in record:
        return record
    left = LEFT_OUT.get(name.rpartition("__")[2], ())
    kept = {key: said for key, said in record["properties"].items() if key not in left}
    return record | {
        "properties": {
            key: {word: said for word, said in about.items() if word not in {"title", "default"}}
            for key, about in kept.items()
        },
        "required": list(kept),
    }
