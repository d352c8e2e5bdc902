"""The databases of releases in Glue's catalogue: views of Athena's, pinned to snapshot ids, tagged as fit for audiences.

A database is made with a release, so no template can make it; its tags let audiences see it as they see the tables below.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from onecrown.adapters.aws.athena_view import view_input
from onecrown.adapters.aws.refusals import code_of, refusals
from onecrown.errors import StorageError
from onecrown.publishing.manifest import Manifest, PinnedTable
from onecrown.publishing.pinned_views import athena_view
from onecrown.rendering.table_tags import OFFICIAL

LAYER = "releases"
_MISSING, _THERE = "EntityNotFoundException", "AlreadyExistsException"
_COMPARED = ("Name", "TableType", "ViewOriginalText")


class ReleaseViews:
    """The releases of one environment, whose tag keys carry its name. Clients are made once views are asked for."""

    def __init__(self, client: Callable[[str], Any], environment: str) -> None:
        self._client = client
        self._tags = {
            f"onecrown-{environment}-layer": LAYER,
            f"onecrown-{environment}-sensitivity": OFFICIAL,
        }

    def put(self, release: Manifest) -> None:
        """Make the database, tag it, and put every view that is not there as it should be."""
        with refusals("the catalogue of releases"):
            self._make_database(release.name.database)
            self._tag(release.name.database)
            for pinned in self._missing(release):
                self._put_view(release.name.database, _wanted(release, pinned))

    def lacking(self, release: Manifest) -> list[str]:
        """The views that are not there, or are not as they should be."""
        with refusals("the catalogue of releases"):
            return [f"{release.name.database}.{pinned.view}" for pinned in self._missing(release)]

    def _missing(self, release: Manifest) -> list[PinnedTable]:
        return [one for one in release.tables if not self._stands(release.name.database, _wanted(release, one))]

    def _stands(self, database: str, wanted: dict[str, Any]) -> bool:
        try:
            found = self._client("glue").get_table(DatabaseName=database, Name=wanted["Name"])["Table"]
        except ClientError as error:
            if code_of(error) == _MISSING:
                return False
            raise
        return all(found.get(key) == wanted[key] for key in _COMPARED)

    def _make_database(self, database: str) -> None:
        said = {"Name": database, "CreateTableDefaultPermissions": []}
        try:
            self._client("glue").create_database(DatabaseInput=said)
        except ClientError as error:
            if code_of(error) != _THERE:
                raise

    def _tag(self, database: str) -> None:
        tags = [{"TagKey": key, "TagValues": [said]} for key, said in self._tags.items()]
        done = self._client("lakeformation").add_lf_tags_to_resource(
            Resource={"Database": {"Name": database}}, LFTags=tags
        )
        if done.get("Failures"):
            raise StorageError(f"{len(done['Failures'])} tags of {database} were refused; deploy the catalogue again")

    def _put_view(self, database: str, wanted: dict[str, Any]) -> None:
        try:
            self._client("glue").create_table(DatabaseName=database, TableInput=wanted)
        except ClientError as error:
            if code_of(error) != _THERE:
                raise
            self._client("glue").update_table(DatabaseName=database, TableInput=wanted)


def _wanted(release: Manifest, pinned: PinnedTable) -> dict[str, Any]:
    return view_input(release.name.database, pinned.view, pinned.columns, athena_view(release, pinned))
