"""What decides whether CloudFormation keeps or replaces a resource that holds data, written down in `stateful.json`.

`python -m tests.infra.stateful` writes it anew: only when a replacement is meant, with a plan for the data.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.config import PROD, Environment
from tests.infra.data_rules import HOLD_DATA
from tests.infra.placeholders import placeholder_packages
from tests.infra.system import System, synthesise

SNAPSHOT = Path(__file__).with_name("stateful.json")
REPLACING = {
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::DynamoDB::Table": ("TableName", "KeySchema"),
    "AWS::KMS::Key": ("KeySpec", "KeyUsage", "MultiRegion", "Origin"),
    "AWS::SecretsManager::Secret": ("Name", "GenerateSecretString"),
    "AWS::Glue::Database": ("CatalogId", "DatabaseName"),
    "AWS::LakeFormation::Tag": ("CatalogId", "TagKey"),
    "AWS::Backup::BackupVault": ("BackupVaultName", "EncryptionKeyArn"),
}
"""The properties whose change makes CloudFormation put a new resource in the old one's place (or, of a secret, a new value)."""

Identities = dict[str, dict[str, Any]]
COPYING = replace(PROD, copies_to="000000000000")
"""What holds data in every environment, and what is there besides where a second account is named."""


def written_down(environment: Environment) -> Identities:
    """What is known of an environment's data: of copies only where it has some."""
    known: Identities = json.loads(SNAPSHOT.read_text())
    return {label: said for label, said in known.items() if environment.copies_to or not _is_copy(label)}


def _is_copy(label: str) -> bool:
    return label.startswith("copies/") or "CopiedLedger" in label


def identities(system: System) -> Identities:
    """What identifies each resource that holds data, the same for every environment."""
    found: Identities = {}
    for resource in system.resources(*HOLD_DATA):
        said = {name: resource.properties[name] for name in REPLACING[resource.kind] if name in resource.properties}
        if resource.kind == "AWS::Glue::Database":
            said["DatabaseName"] = resource.properties["DatabaseInput"]["Name"]
        found[resource.label] = {"Type": resource.kind, **_everywhere(system, said)}
    return found


def _everywhere(system: System, said: Mapping[str, Any]) -> dict[str, Any]:
    """Without the environment's name and account."""
    return {name: _general(system, value) for name, value in said.items()}


def _general(system: System, value: Any) -> str:
    text = system.text(value) if isinstance(value, dict) and len(value) == 1 else value
    written = text if isinstance(text, str) else json.dumps(text, sort_keys=True)
    account = system.environment.account or "<AWS::AccountId>"
    written = written.replace(f"onecrown-{system.environment.name}-", "onecrown-<environment>-")
    return written.replace(account, "<account>").replace(system.environment.copies_to or account, "<second account>")


def replacements(known: Identities, now: Identities) -> list[str]:
    """What a deployment would replace, delete or newly make."""
    gone = [f"{label} would be deleted, or left without a stack" for label in known.keys() - now.keys()]
    new = [f"{label} is new and not written down" for label in now.keys() - known.keys()]
    changed = [
        f"{label} would be replaced: {name} is {now[label].get(name)}, was {known[label].get(name)}"
        for label in known.keys() & now.keys()
        for name in known[label].keys() | now[label].keys()
        if known[label].get(name) != now[label].get(name)
    ]
    return sorted([*gone, *new, *changed])


def main() -> None:
    """Write the snapshot from what would be deployed now."""
    with tempfile.TemporaryDirectory() as folder:
        packages = placeholder_packages(Path(folder) / "packages")
        now = identities(synthesise(COPYING, packages, Path(folder) / "out"))
    SNAPSHOT.write_text(json.dumps(now, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
