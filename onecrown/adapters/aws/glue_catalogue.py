"""Glue's catalogue through pyiceberg: with boto3's clients of this process, and errors in our words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pyiceberg.catalog.glue import GLUE_SKIP_ARCHIVE, GlueCatalog
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from pyiceberg.io import FileIO
from pyiceberg.table import CommitTableResponse, Table
from pyiceberg.table.update import TableRequirement, TableUpdate
from pyiceberg.typedef import EMPTY_DICT, Identifier, Properties

from onecrown.adapters.aws.refusals import refusal, refusals

_SAID = "the Glue catalogue"


class GlueCatalogue(GlueCatalog):
    """The tables of some databases, which CloudFormation makes. Glue keeps no older versions of a table beside Iceberg's."""

    def __init__(self, client: Any, databases: Collection[str], io: FileIO) -> None:
        super().__init__("onecrown", client, **{GLUE_SKIP_ARCHIVE: "true"})
        self._databases = sorted(databases)
        self._io = io

    def list_namespaces(self, namespace: str | Identifier = ()) -> list[Identifier]:  # noqa: ARG002 - pyiceberg's
        """The databases that were named: others of the account are nobody's business here."""
        return [(database,) for database in self._databases]

    def list_tables(self, namespace: str | Identifier) -> list[Identifier]:
        """The Iceberg tables of a database."""
        with refusals(_SAID):
            return super().list_tables(namespace)

    def load_table(self, identifier: str | Identifier) -> Table:
        """A table as it stands. Raises `NoSuchTableError`."""
        with refusals(_SAID):
            return super().load_table(identifier)

    def register_table(self, identifier: str | Identifier, metadata_location: str, overwrite: bool = False) -> Table:
        """Make a table of metadata that is written. Raises `TableAlreadyExistsError`."""
        with refusals(_SAID):
            return super().register_table(identifier, metadata_location, overwrite)

    def commit_table(
        self, table: Table, requirements: tuple[TableRequirement, ...], updates: tuple[TableUpdate, ...]
    ) -> CommitTableResponse:
        """Swap a table's metadata, on condition that Glue's version of it is the one that was read.

        Raises `CommitFailedException` where another was first, and `CommitStateUnknownException` where Glue did not say
        clearly. A refusal of the version is of that kind: boto3 asks again where an answer was lost, and is refused what it
        has done already. pyiceberg would remove the manifests of a commit that failed, and so of one that stands.
        """
        try:
            return super().commit_table(table, requirements, updates)
        except CommitFailedException as error:
            if isinstance(error.__cause__, ClientError):
                raise CommitStateUnknownException("Glue's version of the table is another") from error
            raise
        except BotoCoreError as error:
            raise CommitStateUnknownException(f"Glue did not answer ({type(error).__name__})") from error
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
                raise CommitStateUnknownException("Glue failed") from error
            raise refusal(error, _SAID) from error

    def _load_file_io(self, properties: Properties = EMPTY_DICT, location: str | None = None) -> FileIO:  # noqa: ARG002
        return self._io
