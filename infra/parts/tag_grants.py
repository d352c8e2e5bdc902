"""Grants in Lake Formation, by tags only: what a tag does not reach, nobody is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lakeformation as lakeformation
from constructs import Construct

from infra.addresses import Addresses
from infra.parts.reasons import excuse_whole_catalogue

SENSITIVITY, LAYER = "sensitivity", "layer"
ALL_LAYERS = ("unified", "history", "operations", "measures")
RELEASED_LAYERS = ("unified", "operations", "measures")
"""The layers of which a release keeps tables."""
RELEASES = "releases"
"""The layer of the databases of releases, which are made with each."""
OFFICIAL = "official"
AUDIENCE_LAYERS = ("unified", "operations", "measures", "releases")
AUDIENCE_SENSITIVITIES = ("public", "official")
_READ = ("DESCRIBE", "SELECT")
_WRITE = ("ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT")


class TagGrants(Construct):
    """Grants to the roles of a stack. The tags are in the catalogue's stack."""

    def __init__(self, scope: Construct, construct_id: str, *, addresses: Addresses) -> None:
        super().__init__(scope, construct_id)
        self._addresses = addresses

    def to_audience(self, role: iam.Role) -> None:
        """See the databases of an audience, and read in them what is tagged as fit for it."""
        whole = {LAYER: AUDIENCE_LAYERS}
        self._grant(role, "DATABASE", whole, ("DESCRIBE",))
        self._grant(role, "TABLE", {**whole, SENSITIVITY: AUDIENCE_SENSITIVITIES}, _READ)

    def to_writer(self, role: iam.Role, layers: Sequence[str] = ALL_LAYERS) -> None:
        """Make, read and write all tables of some layers; of the others, see which there are."""
        whole = {LAYER: layers}
        self._grant(role, "DATABASE", whole, ("CREATE_TABLE", "DESCRIBE"))
        self._grant(role, "TABLE", whole, _WRITE)
        self._add(role, "Location", self._warehouse(), ("DATA_LOCATION_ACCESS",))
        if others := [layer for layer in ALL_LAYERS if layer not in layers]:
            for kind in ("DATABASE", "TABLE"):
                self._grant(role, kind, {LAYER: others}, ("DESCRIBE",), "Seen")

    def to_tagger(self, role: iam.Role) -> None:
        """Put sensitivities on tables and columns."""
        self._may_tag(role, SENSITIVITY, "*")

    def to_publisher(self, role: iam.Role) -> None:
        """Tag the tables of releases, and make a database of views for each, as fit for audiences."""
        self.to_writer(role, RELEASED_LAYERS)
        self._grant(role, "TABLE", {LAYER: ("history",)}, _READ, "Read")  # gates count what sources told
        catalogue = lakeformation.CfnPrincipalPermissions.ResourceProperty(catalog={})
        excuse_whole_catalogue(self._add(role, "Catalogue", catalogue, ("CREATE_DATABASE",)))
        self._may_tag(role, SENSITIVITY, OFFICIAL)
        self._may_tag(role, LAYER, RELEASES)

    def _may_tag(self, role: iam.Role, thing: str, value: str) -> None:
        tag = lakeformation.CfnPrincipalPermissions.LFTagKeyResourceProperty(
            catalog_id=self._addresses.account,
            tag_key=self._addresses.name(thing),
            tag_values=[value],
        )
        resource = lakeformation.CfnPrincipalPermissions.ResourceProperty(lf_tag=tag)
        self._add(role, thing.capitalize(), resource, ("ASSOCIATE", "DESCRIBE"))

    def _grant(
        self, role: iam.Role, kind: str, tags: Mapping[str, Sequence[str]], permissions: Sequence[str], what: str = ""
    ) -> None:
        policy = lakeformation.CfnPrincipalPermissions.LFTagPolicyResourceProperty(
            catalog_id=self._addresses.account,
            resource_type=kind,
            expression=[
                lakeformation.CfnPrincipalPermissions.LFTagProperty(
                    tag_key=self._addresses.name(thing), tag_values=list(values)
                )
                for thing, values in tags.items()
            ],
        )
        resource = lakeformation.CfnPrincipalPermissions.ResourceProperty(lf_tag_policy=policy)
        self._add(role, f"{kind.capitalize()}{what}", resource, permissions)

    def _warehouse(self) -> lakeformation.CfnPrincipalPermissions.ResourceProperty:
        location = lakeformation.CfnPrincipalPermissions.DataLocationResourceProperty(
            catalog_id=self._addresses.account, resource_arn=self._addresses.bucket_arn("warehouse")
        )
        return lakeformation.CfnPrincipalPermissions.ResourceProperty(data_location=location)

    def _add(
        self,
        role: iam.Role,
        what: str,
        resource: lakeformation.CfnPrincipalPermissions.ResourceProperty,
        permissions: Sequence[str],
    ) -> lakeformation.CfnPrincipalPermissions:
        principal = lakeformation.CfnPrincipalPermissions.DataLakePrincipalProperty(
            data_lake_principal_identifier=role.role_arn
        )
        parent = role.node.scope
        owner = parent.node.id if parent and role.node.id == "Role" else role.node.id
        return lakeformation.CfnPrincipalPermissions(
            self,
            f"{owner}{what}",
            catalog=self._addresses.account,
            principal=principal,
            resource=resource,
            permissions=list(permissions),
            permissions_with_grant_option=[],
        )
