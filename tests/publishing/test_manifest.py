"""The manifest: written and read, and refused where it is none of ours."""

from __future__ import annotations

import json

import pytest

from onecrown.errors import StorageError
from onecrown.publishing.manifest import manifest_text, read_manifest
from onecrown.publishing.pinned_views import athena_view, embedded_view

from .manifests import invented_manifest


@pytest.mark.parametrize("name", ["2025-Q4", "2025-12-r3"])
def test_a_manifest_is_read_as_it_was_written(name: str) -> None:
    made = invented_manifest(name)
    assert read_manifest(manifest_text(made)) == made
    assert read_manifest(manifest_text(made).encode()) == made


def test_a_manifest_says_where_its_views_and_tags_are() -> None:
    said = json.loads(manifest_text(invented_manifest("2025-Q4-r2")))
    assert (said["database"], said["tag"]) == ("onecrown_release_2025_q4_r2", "release-2025-Q4-r2")
    assert said["period"] == {
        "name": "2025-Q4",
        "kind": "quarter",
        "begun_on": "2025-10-01",
        "ended_on": "2025-12-31",
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 2}'])
def test_what_is_no_manifest_of_ours_is_refused(text: str) -> None:
    with pytest.raises(StorageError):
        read_manifest(text)


def test_a_view_is_pinned_to_its_snapshot_and_ends_with_the_period() -> None:
    made = invented_manifest()
    values, drops = made.tables
    assert athena_view(made, values) == (
        'SELECT "measure_id", "value" FROM "onecrown_measures"."measure_value" FOR VERSION AS OF 41 '
        "WHERE \"period_ended_on\" <= DATE '2025-12-31'"
    )
    assert "FOR VERSION AS OF 42" in athena_view(made, drops) and "WHERE" not in athena_view(made, drops)


def test_an_instant_has_no_zone_in_a_view_as_athena_takes_none() -> None:
    made = invented_manifest()
    drops = made.tables[1]
    assert "AT TIME ZONE 'UTC') AS timestamp(3)) AS \"merged_at\"" in athena_view(made, drops)
    assert "timezone('UTC', \"merged_at\")" in embedded_view(made, drops, "anything")


def test_a_file_that_a_release_does_not_have_is_asked_for_in_vain() -> None:
    with pytest.raises(StorageError, match=r"no file data/none\.csv"):
        invented_manifest().file("data/none.csv")
