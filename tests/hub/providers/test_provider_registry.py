"""A provider is one folder: it is found by its place, and it is complete."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from tests.hub.providers.accounts import TYPES

import integrations_hub.providers
from integrations_hub.domain.outside import TroubleKind
from integrations_hub.providers.registry import Providers, folders
from integrations_hub.settings import Provider as Operators

if TYPE_CHECKING:
    from integrations_hub.settings import Settings

FOLDER = Path(integrations_hub.providers.__file__).parent
HERE = Path(__file__).parent
RELEASE = HERE.parents[2] / "supabase/migrations/20250122000000_create_integrations_table.sql"
SETTINGS = cast("Settings", SimpleNamespace(providers={}, provider=lambda _type: Operators()))
#: What an administrator looks for on a page, in this order.
SECTIONS = ["What you need", "What the hub checks", "What is received", "What the errors mean", "Limits"]


def test_the_three_services_are_found() -> None:
    assert Providers(SETTINGS).types() == ("email", "telegram", "whatsapp")


def test_a_type_that_nothing_speaks_to_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Providers(SETTINGS).of("sms")


@pytest.mark.parametrize("integration_type", TYPES)
def test_a_folder_is_complete(integration_type: str) -> None:
    folder = FOLDER / integration_type
    provider = Providers(SETTINGS).of(integration_type)

    assert provider.integration_type == integration_type
    assert f"('{integration_type}'," in RELEASE.read_text(encoding="utf-8")
    assert (folder / "page.md").is_file()
    assert list((folder / "recorded").glob("*.json"))
    assert (HERE / "fakes" / f"{integration_type}.py").is_file()
    assert (HERE / f"test_{integration_type}_provider.py").is_file()


@pytest.mark.parametrize("integration_type", TYPES)
def test_a_page_tells_an_administrator_everything(integration_type: str) -> None:
    providers = Providers(SETTINGS)
    page, provider = providers.page(integration_type), providers.of(integration_type)

    assert page.startswith(f"# {provider.label}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == SECTIONS
    needed = page.partition("## What you need")[2].partition("\n## ")[0]
    assert [field.label for field in provider.fields if f"| {field.label} |" not in needed] == []
    told = page.partition("## What the errors mean")[2].partition("\n## ")[0]
    assert [kind.value for kind in TroubleKind if f"`{kind.value}`" not in told] == []


@pytest.mark.parametrize("integration_type", TYPES)
def test_every_recorded_payload_is_json_and_named_by_a_test_or_its_fake(integration_type: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in HERE.rglob(f"*{integration_type}*.py")]
    recorded = sorted((FOLDER / integration_type / "recorded").glob("*.json"))
    for path in recorded:
        json.loads(path.read_text(encoding="utf-8"))

    assert [path.stem for path in recorded if not any(path.stem in text for text in texts)] == []


def package(folder: Path, name: str) -> ModuleType:
    """A package of its own, with the telegram folder in it under another name, and a folder that is no provider."""
    (folder / name / "notes").mkdir(parents=True)
    shutil.copytree(FOLDER / "telegram", folder / name / "carrier_pigeon")
    for path in (folder / name, folder / name / "notes"):
        (path / "__init__.py").touch()
    return importlib.import_module(name)


def test_a_new_provider_is_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    name = "providers_of_a_test"
    try:
        found = package(tmp_path, name)
        providers = Providers(SETTINGS, package=found)

        assert [folder.name for folder in folders(found)] == ["carrier_pigeon"]
        assert providers.types() == ("carrier_pigeon",)
        assert providers.of("carrier_pigeon").fields
        assert providers.page("carrier_pigeon")
    finally:
        for module in [module for module in sys.modules if module.partition(".")[0] == name]:
            del sys.modules[module]
