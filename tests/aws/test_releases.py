"""A release on AWS, in process: files in a bucket, tags in Glue's catalogue, and views that Athena's SQL says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from merging.homes import Home
from publishing.homes import FEBRUARY, FIGURES, VALUES, ask, model_with_measures, publish, tell

from onecrown.adapters.aws.athena_view import columns_of_view, is_view, sql_of_view
from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.settings import AwsSettings
from onecrown.deployed.publication import wanted_release
from onecrown.errors import SettingsError, UsageError
from onecrown.flows.known_releases import faults, mend_releases
from onecrown.publishing.manifest import Override, read_manifest

from .environment import bucket, cloud, home_on_aws

pytestmark = pytest.mark.aws
DATABASE = "onecrown_release_2025_q4"


@pytest.fixture(scope="module")
def settings() -> Iterator[AwsSettings]:
    with cloud() as made:
        for thing, values in (("layer", ["measures", "releases"]), ("sensitivity", ["official", "special_category"])):
            client("lakeformation").create_lf_tag(TagKey=f"onecrown-test-{thing}", TagValues=values)
        yield made


@pytest.fixture(scope="module")
def home(settings: AwsSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with one release."""
    with home_on_aws(settings, tmp_path_factory.mktemp("scratch"), model_with_measures()) as opened:
        home = Home(replace(opened.around, now=lambda: FEBRUARY, wait_seconds=0))
        tell(home, FIGURES)
        publish(home)
        yield home


def view(name: str) -> dict[str, Any]:
    found: dict[str, Any] = client("glue").get_table(DatabaseName=DATABASE, Name=name)["Table"]
    return found


def test_the_files_lie_in_the_bucket_of_releases_and_the_manifest_names_them(home: Home) -> None:
    keys = {one["Key"] for one in client("s3").list_objects_v2(Bucket=bucket("releases"))["Contents"]}
    made = home.around.releases.manifest("2025-Q4")
    assert made is not None
    assert keys == {f"2025-Q4/{one.path}" for one in read_manifest(made).files} | {"2025-Q4/manifest.json"}
    assert faults(home.around) == []


def test_every_table_is_tagged_in_the_catalogue(home: Home) -> None:
    made = read_manifest(home.around.releases.manifest("2025-Q4") or b"")
    tags = {one.table: home.around.tables.upkeep().tags(one.table) for one in made.tables}
    assert tags == {one.table: {"release-2025-Q4": one.snapshot_id} for one in made.tables}


def test_a_view_of_athenas_gives_what_the_embedded_one_gives(home: Home) -> None:
    tell(home, FIGURES.replace("27", "29"), batch_id="later")
    for name in ("measure_value", "batch"):
        said = view(name)
        assert is_view(said)
        columns = ", ".join(columns_of_view(said))
        by_athena = ask(home, f"SELECT {columns} FROM ({sql_of_view(said)}) ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9")
        assert by_athena == ask(home, f"SELECT {columns} FROM {DATABASE}.{name} ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9")
        assert by_athena


def test_a_views_columns_have_hives_types_beside_athenas(home: Home) -> None:
    said = view("batch")
    kinds = {column["Name"]: column["Type"] for column in said["StorageDescriptor"]["Columns"]}
    assert (kinds["batch_id"], kinds["finished_at"], kinds["drop_count"]) == ("string", "timestamp", "bigint")
    assert columns_of_view(said)["finished_at"] == "timestamp(3)"


def test_a_database_of_a_release_is_tagged_as_fit_for_audiences(home: Home) -> None:
    found = client("lakeformation").get_resource_lf_tags(Resource={"Database": {"Name": DATABASE}})["LFTagOnDatabase"]
    assert {tag["TagKey"]: tag["TagValues"] for tag in found} == {
        "onecrown-test-layer": ["releases"],
        "onecrown-test-sensitivity": ["official"],
    }


def test_a_view_that_is_gone_or_was_changed_is_told_and_put_back(home: Home) -> None:
    client("glue").delete_table(DatabaseName=DATABASE, Name="batch")
    other = {**view("measure_value"), "ViewOriginalText": "another"}
    kept = ("Name", "TableType", "ViewOriginalText", "StorageDescriptor", "Parameters")
    client("glue").update_table(DatabaseName=DATABASE, TableInput={key: other[key] for key in kept})
    lacking = {f"{DATABASE}.batch", f"{DATABASE}.measure_value"}
    assert {one.of for one in faults(home.around)} == lacking
    assert (mend_releases(home.around), faults(home.around)) == (1, [])
    assert sql_of_view(view("measure_value")).count(VALUES.replace(".", '"."')) == 1


def test_a_second_publication_is_refused(home: Home) -> None:
    with pytest.raises(UsageError, match="is published"):
        publish(home)


def test_a_jobs_arguments_say_what_to_publish() -> None:
    said = {"release": "2025-Q4", "standing": "final", "by": "a statistician", "overrides": '{"a_gate": " why "}'}
    wanted = wanted_release(said)
    assert (wanted.period.name, wanted.standing, wanted.by) == ("2025-Q4", "final", "a statistician")
    assert wanted.overrides == (Override("a_gate", "why", "a statistician"),)
    assert wanted_release({"release": "2025-12", "by": "somebody"}).standing == "provisional"


@pytest.mark.parametrize("overrides", ["no JSON", "[]", '{"a_gate": ""}', '{"a_gate": 1}'])
def test_all_that_is_wrong_with_a_jobs_arguments_is_told_at_once(overrides: str) -> None:
    with pytest.raises(SettingsError) as refused:
        wanted_release({"standing": "preliminary", "overrides": overrides})
    for said in ("--release is missing", "--by is missing", "provisional or final", "JSON of gates and reasons"):
        assert said in str(refused.value)
