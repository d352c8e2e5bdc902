"""The catalogue is opened by tags: no template names a table, and what nobody has tagged is nobody's to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from onecrown.definitions.entities import SENSITIVITIES
from onecrown.definitions.model import load_model
from onecrown.rendering.table_layouts import table_layouts
from tests.infra.system import System

pytestmark = pytest.mark.aws
TABLES = frozenset(table_layouts(load_model()))
_FOR_PEOPLE = ("AWS::Athena::NamedQuery",)  # texts to start from: they own and open nothing


def named_tables(system: System) -> Iterator[str]:
    """Resources that name a table of the model, in any of their properties."""
    qualified = {
        f"{database}{mark}{table}" for full in TABLES for database, table in [full.split(".")] for mark in "./"
    }
    for resource in system.resources():
        if resource.kind not in _FOR_PEOPLE:
            words = set(re.findall(r"onecrown(?:_history|_ops)?[./][a-z_]+", str(resource.properties)))
            names = set(_values_of(resource.properties, ("TableName", "Name")))
            bare = {full.split(".")[1] for full in TABLES} & names
            if words & qualified or bare or resource.kind == "AWS::Glue::Table":
                yield resource.label


def _values_of(value: Any, names: Sequence[str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (said for name, said in value.items() if name in names and isinstance(said, str))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _values_of(part, names)


def tags_of(system: System, database: str) -> dict[str, str]:
    """The tags of a database."""
    for association in system.resources("AWS::LakeFormation::TagAssociation"):
        if association.properties["Resource"]["Database"]["Name"] == database:
            return {pair["TagKey"]: pair["TagValues"][0] for pair in association.properties["LFTags"]}
    raise KeyError(database)


def readers(system: System, tags: Mapping[str, str]) -> set[str]:
    """The roles that may select a column with these tags: every key of a grant's expression has to fit."""
    found = set()
    for grant in system.resources("AWS::LakeFormation::PrincipalPermissions"):
        policy = grant.properties["Resource"].get("LFTagPolicy", {})
        expression = policy.get("Expression", [])
        fits = all(tags.get(term["TagKey"]) in term["TagValues"] for term in expression)
        if policy.get("ResourceType") == "TABLE" and "SELECT" in grant.properties["Permissions"] and fits:
            holder = system.named(grant.stack, grant.properties["Principal"]["DataLakePrincipalIdentifier"])
            found.add(holder.properties["RoleName"].removeprefix(f"onecrown-{system.environment.name}-"))
    return found


WRITERS = {"merge_drops", "maintain_tables", "migrate_tables", "backfill"}
PUBLISHER = {"publish_release"}  # reads history, as its gates do, and writes none
DATABASES = ("onecrown", "onecrown_history", "onecrown_ops", "onecrown_measures")
PERSONS = {"resolve_persons"}  # reads and writes no history
AUDIENCES = {"analyst", "statistician"}


def test_no_resource_names_a_table(system: System) -> None:
    assert len(TABLES) > 40 and not list(named_tables(system))


@pytest.mark.parametrize(
    "properties",
    [
        {"Resource": {"Table": {"DatabaseName": "onecrown", "Name": "court_case"}}},
        {"Resource": "arn:aws:glue:eu-west-2:222222222222:table/onecrown/defendant"},
        {"Text": "SELECT 1 FROM onecrown_ops.batch"},
    ],
)
def test_a_resource_that_names_a_table_is_found(prod: System, properties: dict[str, Any]) -> None:
    broken = prod.broken()
    broken.templates["serve"]["Resources"]["Planted"] = {"Type": "AWS::Other::Thing", "Properties": properties}
    assert list(named_tables(broken)) == ["serve/Planted"]


@pytest.mark.parametrize("database", DATABASES)
def test_a_new_column_that_nobody_has_tagged_is_granted_to_nobody_but_the_jobs(system: System, database: str) -> None:
    jobs = WRITERS | PUBLISHER if database == "onecrown_history" else WRITERS | PERSONS | PUBLISHER
    assert readers(system, tags_of(system, database)) == jobs


@pytest.mark.parametrize("database", ["onecrown", "onecrown_ops", "onecrown_measures"])
def test_an_audience_reads_what_is_tagged_as_public_or_official_and_no_more(system: System, database: str) -> None:
    key = f"onecrown-{system.environment.name}-sensitivity"
    whole = tags_of(system, database)
    opened = {s for s in SENSITIVITIES if readers(system, {**whole, key: s}) >= AUDIENCES}
    assert opened == {"public", "official"}


def test_the_databases_of_releases_which_no_template_makes_are_read_by_audiences_and_made_by_the_publisher(
    system: System,
) -> None:
    tags = {f"onecrown-{system.environment.name}-{thing}": said for thing, said in _OF_RELEASES.items()}
    assert readers(system, tags) == AUDIENCES
    grants = [grant.properties for grant in system.resources("AWS::LakeFormation::PrincipalPermissions")]
    assert [grant["Permissions"] for grant in grants if "Catalog" in grant["Resource"]] == [["CREATE_DATABASE"]]
    tagging = [grant["Resource"]["LFTag"] for grant in grants if "LFTag" in grant["Resource"]]
    assert {(tag["TagKey"].rsplit("-", 1)[1], *tag["TagValues"]) for tag in tagging} == {
        ("sensitivity", "*"),
        *_OF_RELEASES.items(),
    }


_OF_RELEASES = {"layer": "releases", "sensitivity": "official"}


def test_history_is_read_by_no_audience_however_it_is_tagged(system: System) -> None:
    key = f"onecrown-{system.environment.name}-sensitivity"
    whole = tags_of(system, "onecrown_history")
    assert not [s for s in SENSITIVITIES if readers(system, {**whole, key: s}) & AUDIENCES]


def test_a_database_whose_tag_is_too_mild_is_found(prod: System) -> None:
    broken = prod.broken()
    for association in broken.resources("AWS::LakeFormation::TagAssociation"):
        for pair in association.properties["LFTags"]:
            if pair["TagKey"].endswith("sensitivity"):
                pair["TagValues"] = ["official"]
    assert readers(broken, tags_of(broken, "onecrown")) == WRITERS | PERSONS | PUBLISHER | AUDIENCES


def test_databases_carry_the_greatest_sensitivity_there_is(system: System) -> None:
    for database in DATABASES:
        assert SENSITIVITIES[-1] in tags_of(system, database).values()


def test_a_new_table_is_opened_to_nobody_by_default(system: System) -> None:
    databases = list(system.resources("AWS::Glue::Database"))
    assert len(databases) == len(DATABASES)
    assert all(d.properties["DatabaseInput"]["CreateTableDefaultPermissions"] == [] for d in databases)


def test_the_accounts_own_settings_of_lake_formation_are_left_alone(system: System) -> None:
    assert not list(system.resources("AWS::LakeFormation::DataLakeSettings"))


def test_lake_formation_alone_opens_the_warehouse_unless_an_environment_says_otherwise(
    systems: dict[str, System],
) -> None:
    def is_hybrid(name: str) -> object:
        return systems[name].one("AWS::LakeFormation::Resource").properties["HybridAccessEnabled"]

    assert [is_hybrid(name) for name in ("dev", "preprod", "prod", "sandbox")] == [False, False, False, True]


def test_tag_keys_carry_the_environments_name(system: System) -> None:
    keys = {tag.properties["TagKey"] for tag in system.resources("AWS::LakeFormation::Tag")}
    assert keys == {f"onecrown-{system.environment.name}-{thing}" for thing in ("sensitivity", "layer")}
