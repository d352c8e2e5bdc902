"""The settings of everything that runs on AWS: read once at the start, all that is missing named in one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from onecrown.errors import SettingsError

_PREFIX = "ONECROWN_"


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Where an environment's resources are. Each field is read from `ONECROWN_` and its name in capitals."""

    environment: str
    landing_bucket: str
    validated_bucket: str
    quarantine_bucket: str
    warehouse_bucket: str
    outbox_bucket: str
    releases_bucket: str
    ledger_table: str
    pseudonym_secret: str
    merge_machine: str
    large_drop_job: str
    arrivals_queue: str

    @classmethod
    def read(cls, said: Mapping[str, str]) -> AwsSettings:
        """The settings in an environment's variables or a job's arguments. Raises `SettingsError` with all that lack."""
        names = {field.name: f"{_PREFIX}{field.name.upper()}" for field in fields(cls)}
        missing = [name for name in names.values() if not said.get(name)]
        if missing:
            raise SettingsError(f"settings are missing: {', '.join(missing)}; deploy the environment again")
        return cls(**{field: said[name] for field, name in names.items()})
