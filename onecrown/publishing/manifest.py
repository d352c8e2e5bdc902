"""A release's manifest: what was published, from what, under which rules, and the digest of every file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from onecrown.errors import StorageError
from onecrown.publishing.release_names import ReleaseName, read_release_name

MANIFEST = "manifest.json"
FORMAT = 1
PROVISIONAL, FINAL = "provisional", "final"
STANDINGS = (PROVISIONAL, FINAL)


@dataclass(frozen=True, slots=True)
class PinnedTable:
    """A table at one snapshot, and the columns that its view shows, with their types on Athena."""

    table: str
    snapshot_id: int
    columns: Mapping[str, str]

    @property
    def view(self) -> str:
        """The name of its view: the table's, without its database."""
        return self.table.partition(".")[2]


@dataclass(frozen=True, slots=True)
class GateRecord:
    """A gate as it stood. `value` is None where it had no data. `overridden` is why it stopped nothing, '' where nobody said so."""

    gate_id: str
    title: str
    value: float | None
    threshold: float
    passed: bool
    is_stopping: bool
    says: str
    overridden: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision that a gate which does not hold stops nothing: which gate, why, and who decided."""

    gate_id: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of a release: its path within it, SHA-256 in hexadecimal, and size in bytes."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A release. It holds counts, digests and names of tables, and nothing of a row.

    `drops` counts the drops that it is made of by dataset; `data/drops.csv` names them. `versions` are those of rules and
    measures (`lifecycle.case_open`, `measures.receipts`). `correction` is why it revises a
    release of the same standing, '' where it does not.
    """

    name: ReleaseName
    standing: str
    correction: str
    made_at: datetime
    made_by: str
    batch_id: str
    drops: Mapping[str, int]
    model_digest: str
    versions: Mapping[str, int]
    package_version: str
    tables: tuple[PinnedTable, ...]
    gates: tuple[GateRecord, ...]
    overrides: tuple[Override, ...]
    files: tuple[ExportedFile, ...]

    @property
    def bytes(self) -> int:
        """Bytes of its files, without the manifest itself."""
        return sum(file.bytes for file in self.files)

    def pinned(self, table: str) -> PinnedTable | None:
        """A table by its full name, or by its view's; None where the release has none of it."""
        return next((one for one in self.tables if table in (one.table, one.view)), None)

    def file(self, path: str) -> ExportedFile:
        """One of its files. Raises `StorageError` where the release has none of that path."""
        for one in self.files:
            if one.path == path:
                return one
        raise StorageError(f"the release {self.name.text} has no file {path}; it was made by an older version")


def manifest_text(manifest: Manifest) -> str:
    """The manifest as it is written: JSON, keys in a fixed order."""
    period = manifest.name.period
    said: dict[str, Any] = {
        "format": FORMAT,
        "name": manifest.name.text,
        "revision": manifest.name.revision,
        "standing": manifest.standing,
        "correction": manifest.correction,
        "made_at": manifest.made_at.isoformat(),
        "made_by": manifest.made_by,
        "period": {
            "name": period.name,
            "kind": period.kind,
            "begun_on": period.begun_on.isoformat(),
            "ended_on": period.ended_on.isoformat(),
        },
        "batch_id": manifest.batch_id,
        "drops": dict(sorted(manifest.drops.items())),
        "model_digest": manifest.model_digest,
        "versions": dict(sorted(manifest.versions.items())),
        "package_version": manifest.package_version,
        "database": manifest.name.database,
        "tag": manifest.name.tag,
        "tables": [asdict(one) for one in manifest.tables],
        "gates": [asdict(one) for one in manifest.gates],
        "overrides": [asdict(one) for one in manifest.overrides],
        "files": [asdict(one) for one in manifest.files],
    }
    return json.dumps(said, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_manifest(text: str | bytes) -> Manifest:
    """A manifest from its text. Raises `StorageError` where it is none of ours."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise StorageError(f"the manifest is of format {said['format']}; read it with a newer version of OneCrown")
        return Manifest(
            name=read_release_name(said["name"]),
            standing=said["standing"],
            correction=said["correction"],
            made_at=datetime.fromisoformat(said["made_at"]),
            made_by=said["made_by"],
            batch_id=said["batch_id"],
            drops=said["drops"],
            model_digest=said["model_digest"],
            versions=said["versions"],
            package_version=said["package_version"],
            tables=tuple(PinnedTable(**one) for one in said["tables"]),
            gates=tuple(GateRecord(**one) for one in said["gates"]),
            overrides=tuple(Override(**one) for one in said["overrides"]),
            files=tuple(ExportedFile(**one) for one in said["files"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            "a release's manifest cannot be read; put its file back from the copy of the releases"
        ) from error
