"""Columns tagged in Lake Formation, read back, and tagged again only where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from onecrown.adapters.aws.refusals import refusals
from onecrown.errors import StorageError
from onecrown.rendering.table_tags import ColumnTag


class ColumnTags:
    """The tags of one environment: its key for sensitivity carries the environment's name."""

    def __init__(self, client: Any, environment: str) -> None:
        self._client = client
        self._key = f"onecrown-{environment}-sensitivity"

    def apply(self, wanted: Iterable[ColumnTag]) -> int:
        """Tag what is not tagged so; give the number of columns that were. Raises `StorageError` where tags do not hold."""
        changed = 0
        for tag in wanted:
            missing = self._missing(tag)
            if missing:
                self._put(tag, missing)
                changed += len(missing)
                if self._missing(tag):
                    raise StorageError(f"the tags of {tag.table} do not hold; look at who else tags it")
        return changed

    def _missing(self, tag: ColumnTag) -> list[str]:
        """Columns of a tag that have another value, or none."""
        with refusals("Lake Formation's tags"):
            found = self._client.get_resource_lf_tags(Resource=_resource(tag, tag.columns), ShowAssignedLFTags=True)
        stands = {
            column["Name"]: said["TagValues"]
            for column in found.get("LFTagsOnColumns", [])
            for said in column["LFTags"]
            if said["TagKey"] == self._key
        }
        return [column for column in tag.columns if stands.get(column) != [tag.sensitivity]]

    def _put(self, tag: ColumnTag, columns: list[str]) -> None:
        with refusals("Lake Formation's tags"):
            done = self._client.add_lf_tags_to_resource(
                Resource=_resource(tag, columns),
                LFTags=[{"TagKey": self._key, "TagValues": [tag.sensitivity]}],
            )
        if done.get("Failures"):
            raise StorageError(f"{len(done['Failures'])} tags of {tag.table} were refused; look at the tag's values")


def _resource(tag: ColumnTag, columns: Iterable[str]) -> dict[str, Any]:
    database, _, table = tag.table.partition(".")
    return {"TableWithColumns": {"DatabaseName": database, "Name": table, "ColumnNames": list(columns)}}
