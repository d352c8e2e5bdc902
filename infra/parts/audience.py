"""An audience's role: query in its workgroup, by what Lake Formation lets it see. A boundary holds it to that.

The role has no right on the warehouse or its key: Lake Formation vends files to it. The boundary denies every store of
whole records by name, so no policy that somebody adds later can open one.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.addresses import Addresses
from infra.parts.held import Held
from infra.parts.reasons import excuse_wildcards
from infra.parts.rights import RELEASE_DATABASES, release_patterns, table_arns
from infra.parts.workgroup import results_prefix
from onecrown.rendering.table_layouts import HISTORY, MEASURES, OPS, UNIFIED

_QUERY = (
    *("athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution"),
    *("athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetQueryRuntimeStatistics"),
    *("athena:BatchGetQueryExecution", "athena:ListQueryExecutions", "athena:GetWorkGroup"),
    *("athena:GetNamedQuery", "athena:BatchGetNamedQuery", "athena:ListNamedQueries"),
    *("athena:CreatePreparedStatement", "athena:GetPreparedStatement", "athena:DeletePreparedStatement"),
    "athena:ListPreparedStatements",
)
_BROWSE = (
    *("athena:GetDataCatalog", "athena:GetDatabase", "athena:ListDatabases"),
    *("athena:GetTableMetadata", "athena:ListTableMetadata"),
)
_CHOOSE = ("athena:ListWorkGroups", "athena:ListDataCatalogs", "athena:ListEngineVersions")
_CATALOGUE = (
    *("glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables"),
    *("glue:GetPartition", "glue:GetPartitions"),
)
_RESULTS = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
_BUCKET = ("s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads")
_CLOSED_BUCKETS = ("landing", "validated", "quarantine", "warehouse", "outbox", "access-logs")
_IDENTITY_TABLES = f"table/{UNIFIED}/*_identity"
_REASON = "An audience names a workgroup, databases, releases and its own prefix of results; what lies in them has no fixed name."
_NO_RESOURCE = "Listing workgroups, and being vended files by Lake Formation, take no ARN."


class Audience(Construct):
    """The role of an audience, for the people whom its account lets take it on."""

    def __init__(self, scope: Construct, audience: str, *, held: Held) -> None:
        super().__init__(scope, audience.capitalize())
        self.audience = audience
        allowed = _allowed(audience, held)
        self.boundary = iam.ManagedPolicy(
            self,
            "Boundary",
            managed_policy_name=held.addresses.name(f"{audience}-boundary"),
            description=f"The most that the audience {audience} may ever be given.",
            statements=[*_allowed(audience, held), *_denied(held)],
        )
        self.role = iam.Role(
            self,
            "Role",
            role_name=held.addresses.name(audience),
            assumed_by=iam.AccountRootPrincipal(),
            permissions_boundary=self.boundary,
            description=f"Queries as the audience {audience}.",
        )
        for statement in allowed:
            self.role.add_to_policy(statement)
        for construct in (self.boundary, self.role):
            excuse_wildcards(construct, _patterns(audience, held.addresses.shown), _REASON)
            excuse_wildcards(construct, ["*"], _NO_RESOURCE)


def _allowed(audience: str, held: Held) -> list[iam.PolicyStatement]:
    here = held.addresses
    catalog = here.arn("athena", "datacatalog/AwsDataCatalog")
    return [
        _allow("Query", _QUERY, [here.arn("athena", f"workgroup/{here.name(audience)}")]),
        _allow("Browse", _BROWSE, [catalog]),
        _allow("Catalogue", _CATALOGUE, table_arns(here, (UNIFIED, OPS, MEASURES, *RELEASE_DATABASES))),
        _allow("Releases", ("s3:GetObject",), [here.objects("releases")]),
        _allow("ReleasesBucket", ("s3:ListBucket",), [here.bucket_arn("releases")]),
        _allow("Results", _RESULTS, [here.objects("results", results_prefix(audience))]),
        _allow("ResultsBucket", _BUCKET, [here.bucket_arn("results")]),
        _allow("ResultsKey", ("kms:Decrypt", "kms:GenerateDataKey"), [held.results_key.key_arn]),
        _allow("ChooseAndBeVended", (*_CHOOSE, "lakeformation:GetDataAccess"), ["*"]),
    ]


def _denied(held: Held) -> list[iam.PolicyStatement]:
    here = held.addresses
    buckets = [arn for thing in _CLOSED_BUCKETS for arn in (here.bucket_arn(thing), here.objects(thing))]
    hidden = [here.arn("glue", _IDENTITY_TABLES), here.arn("glue", f"table/{HISTORY}/*")]
    return [
        _deny("NoWholeRecords", "s3:*", buckets),
        _deny("NoLedger", "dynamodb:*", [held.ledger.table_arn, f"{held.ledger.table_arn}/*"]),
        _deny("NoIdentities", "glue:*", [*hidden, here.arn("glue", f"database/{HISTORY}")]),
        _deny("NoPseudonymKey", "secretsmanager:*", [held.pseudonym_key.secret_arn]),
        _deny("NoKeysOfRecords", "kms:*", [held.lake_key.key_arn, held.landing_key.key_arn]),
    ]


def _patterns(audience: str, shown: Addresses) -> list[str]:
    tables = [shown.arn("glue", f"table/{database}/*") for database in (UNIFIED, OPS, MEASURES)]
    return [
        *tables,
        *release_patterns(shown),
        shown.objects("releases"),
        shown.objects("results", results_prefix(audience)),
    ]


def _allow(sid: str, actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources))


def _deny(sid: str, actions: str, resources: Sequence[str]) -> iam.PolicyStatement:
    """A denial is as wide as it can be."""
    return iam.PolicyStatement(sid=sid, effect=iam.Effect.DENY, actions=[actions], resources=list(resources))
