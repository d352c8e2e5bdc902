"""Glue's databases and Lake Formation's tags. Tables are never named here: `migrate_tables` makes and tags them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lakeformation as lakeformation
from constructs import Construct

from infra.config import Environment, LakeFormation
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.rights import DELETE, READ, WRITE, allow_listing, allow_objects
from infra.parts.tag_grants import ALL_LAYERS, LAYER, RELEASES, SENSITIVITY
from infra.stacks.keys import Keys
from infra.stacks.storage import Storage
from onecrown.definitions.entities import SENSITIVITIES
from onecrown.rendering.table_layouts import HISTORY, MEASURES, OPS, UNIFIED

LAYERS: Mapping[str, str] = MappingProxyType(dict(zip((UNIFIED, HISTORY, OPS, MEASURES), ALL_LAYERS, strict=True)))
MOST_SENSITIVE = SENSITIVITIES[-1]


class Catalogue(EnvironmentStack):
    """The databases with their tags. A column that nobody has tagged is as sensitive as its database says: most."""

    def __init__(self, scope: Construct, *, environment: Environment, keys: Keys, storage: Storage) -> None:
        super().__init__(
            scope, "catalogue", environment=environment, description="Databases, tag keys, tags of databases."
        )
        self.add_stack_dependency(storage)
        tags = [self._tag(SENSITIVITY, SENSITIVITIES), self._tag(LAYER, (*LAYERS.values(), RELEASES))]
        for database in LAYERS:
            self._database(database, tags)
        self._register_warehouse(keys)

    def tag_key(self, thing: str) -> str:
        """The name of a tag's key: an account's tags are shared by all who use it, so it carries the environment."""
        return self.addresses.name(thing)

    def _tag(self, thing: str, values: Sequence[str]) -> lakeformation.CfnTag:
        tag = lakeformation.CfnTag(
            self, f"{thing.capitalize()}Tag", tag_key=self.tag_key(thing), tag_values=list(values)
        )
        tag.apply_removal_policy(self.removal)
        return tag

    def _database(self, name: str, tags: Sequence[lakeformation.CfnTag]) -> None:
        layer = LAYERS[name]
        database = glue.CfnDatabase(
            self,
            f"{layer.capitalize()}Database",
            catalog_id=self.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=name,
                location_uri=f"s3://{self.addresses.bucket('warehouse')}/{name}/",
                create_table_default_permissions=[],
            ),
        )
        database.apply_removal_policy(self.removal)
        self._tag_database(database, name, {SENSITIVITY: MOST_SENSITIVE, LAYER: layer}, tags)

    def _tag_database(
        self,
        database: glue.CfnDatabase,
        name: str,
        values: Mapping[str, str],
        tags: Sequence[lakeformation.CfnTag],
    ) -> None:
        association = lakeformation.CfnTagAssociation(
            self,
            f"{LAYERS[name].capitalize()}Tags",
            resource=lakeformation.CfnTagAssociation.ResourceProperty(
                database=lakeformation.CfnTagAssociation.DatabaseResourceProperty(catalog_id=self.account, name=name)
            ),
            lf_tags=[
                lakeformation.CfnTagAssociation.LFTagPairProperty(
                    catalog_id=self.account, tag_key=self.tag_key(thing), tag_values=[value]
                )
                for thing, value in values.items()
            ],
        )
        for needed in (database, *tags):
            association.add_resource_dependency(needed)

    def _register_warehouse(self, keys: Keys) -> None:
        """Lake Formation vends the warehouse's files to audiences by this role: they have no right of their own there."""
        lakeformation.CfnResource(
            self,
            "WarehouseLocation",
            resource_arn=self.addresses.bucket_arn("warehouse"),
            use_service_linked_role=False,
            role_arn=self._vending_role(keys).role_arn,
            hybrid_access_enabled=self.config.lake_formation is LakeFormation.HYBRID,
        )

    def _vending_role(self, keys: Keys) -> iam.Role:
        role = iam.Role(
            self,
            "VendingRole",
            role_name=self.addresses.name("vending"),
            assumed_by=iam.ServicePrincipal("lakeformation.amazonaws.com"),
            description="Lake Formation reads and writes the warehouse for those whom it lets.",
        )
        allow_objects(role, (*READ, *WRITE, *DELETE), self.addresses, "warehouse")
        allow_listing(role, ("s3:ListBucket",), self.addresses, "warehouse")
        keys.lake.grant(role, "kms:Decrypt", "kms:GenerateDataKey")
        return role
