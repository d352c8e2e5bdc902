"""The role of each Glue job: what that job reads and writes, and nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from aws_cdk import aws_iam as iam

from infra.addresses import Addresses
from infra.parts.held import Held
from infra.parts.reasons import excuse_wildcards
from infra.parts.rights import (
    DELETE,
    READ,
    WRITE,
    allow_everywhere,
    allow_listing,
    allow_objects,
    allow_release_databases,
    allow_tables,
)
from onecrown.rendering.table_layouts import HISTORY, MEASURES, OPS, UNIFIED

WRITE_TABLES = ("merge_drops", "maintain_tables", "migrate_tables", "backfill")
"""The jobs that write tables of every database."""
RELEASED_DATABASES = (UNIFIED, OPS, MEASURES)
"""The databases of which a release keeps tables."""
PERSON_DATABASES = (UNIFIED, OPS, MEASURES)
"""The databases that the resolution of persons writes: its own tables, and what the batch is told in."""
LEDGER_ACTIONS = (
    *("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem"),
    *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
)
_LOOK = ("glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables")
_CATALOGUE_ACTIONS = (*_LOOK, "glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable")
_TAG_ACTIONS = (
    *("lakeformation:AddLFTagsToResource", "lakeformation:RemoveLFTagsFromResource"),
    *("lakeformation:GetResourceLFTags", "lakeformation:GetLFTag", "lakeformation:ListLFTags"),
)
SCRUBBED = ".scrubbed/"
"""Where the landing zone keeps what an erasure left of a file."""
_TAGS = "Lake Formation takes no ARN: its own grants hold the role to one tag key and to our tables."
_SERVICE_LOGS = (
    "Glue names its log groups after the job's settings, its streams after the run: a job that cannot log fails."
)


def allow_upkeep_of_ledger(role: iam.Role, held: Held) -> None:
    """What every function and job needs: the ledger, and the pseudonyms' key, both under the lake's key.

    The secret's own grant would name the role in the key's policy, and so tie the key's stack to this one.
    """
    held.ledger.grant(role, *LEDGER_ACTIONS)
    held.lake_key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")
    secret = [held.pseudonym_key.secret_arn]
    role.add_to_policy(iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=secret))


def allow_receiving(role: iam.Role, held: Held) -> None:
    """Read what arrives by version, write what it is judged to be, tell the supplier.

    A file that comes again and holds somebody who was erased is scrubbed before it is judged: what is left of it is put
    beside it, and the version that was delivered goes.
    """
    allow_objects(role, READ, held.addresses, "landing")
    allow_objects(role, WRITE, held.addresses, "landing", SCRUBBED)
    allow_objects(role, ("s3:DeleteObjectVersion",), held.addresses, "landing")
    allow_listing(role, ("s3:ListBucketVersions",), held.addresses, "landing", SCRUBBED)
    for thing in ("validated", "quarantine"):
        allow_objects(role, (*READ, *WRITE, *DELETE), held.addresses, thing)
        allow_listing(role, ("s3:ListBucket",), held.addresses, thing)
    allow_objects(role, WRITE, held.addresses, "outbox", "outbox/")
    held.landing_key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")


def allow_waking(role: iam.Role, held: Held) -> None:
    """Start the merge: the machine's ARN follows from its name, as the machine's own job may wake it too."""
    arn = held.addresses.merge_machine
    role.add_to_policy(iam.PolicyStatement(actions=["states:StartExecution"], resources=[arn]))


def allow_metrics(role: iam.Role) -> None:
    """Put figures into the namespace of this system only."""
    allow_everywhere(
        role,
        "Metrics",
        ["cloudwatch:PutMetricData"],
        conditions={"StringEquals": {"cloudwatch:namespace": "OneCrown"}},
        reason="Metrics have no ARN: the condition holds the role to one namespace.",
    )


def _allow_tables(role: iam.Role, held: Held) -> None:
    allow_tables(role, _CATALOGUE_ACTIONS, held.addresses, (UNIFIED, HISTORY, OPS, MEASURES))
    allow_objects(role, (*READ, *WRITE, *DELETE), held.addresses, "warehouse")
    allow_listing(role, ("s3:ListBucket", "s3:GetBucketLocation"), held.addresses, "warehouse")


def _allow_judged(role: iam.Role, held: Held) -> None:
    for thing in ("validated", "quarantine"):
        allow_objects(role, READ, held.addresses, thing)
        allow_listing(role, ("s3:ListBucket",), held.addresses, thing)


def _merge_drops(role: iam.Role, held: Held) -> None:
    _allow_tables(role, held)
    _allow_judged(role, held)
    allow_objects(role, WRITE, held.addresses, "outbox", "outbox/")
    held.landing_key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")


def _receive_large_drop(role: iam.Role, held: Held) -> None:
    allow_receiving(role, held)
    allow_waking(role, held)


def _maintain_tables(role: iam.Role, held: Held) -> None:
    """Maintenance also ends erasures that were cut short: those go through every store, landing's old versions too."""
    _allow_tables(role, held)
    allow_receiving(role, held)
    held.ledger.grant(role, "dynamodb:Scan")  # what no drop names is an orphan
    _allow_reading_releases(role, held)  # what a release names never expires
    allow_listing(role, ("s3:ListBucket", "s3:ListBucketVersions"), held.addresses, "landing")
    allow_waking(role, held)


def _migrate_tables(role: iam.Role, held: Held) -> None:
    _allow_tables(role, held)
    allow_everywhere(role, "Tags", _TAG_ACTIONS, reason=_TAGS)


def _backfill(role: iam.Role, held: Held) -> None:
    _allow_tables(role, held)
    _allow_judged(role, held)


def _resolve_persons(role: iam.Role, held: Held) -> None:
    """Persons are worked out of unified tables. Of history it sees which snapshots there are, as its batch names them."""
    here = held.addresses
    allow_tables(role, _CATALOGUE_ACTIONS, here, PERSON_DATABASES)
    for database in PERSON_DATABASES:
        allow_objects(role, (*READ, *WRITE, *DELETE), here, "warehouse", f"{database}/")
    allow_tables(role, _LOOK, here, (HISTORY,))
    allow_objects(role, READ, here, "warehouse", f"{HISTORY}/*/metadata/")
    allow_listing(role, ("s3:ListBucket", "s3:GetBucketLocation"), here, "warehouse")
    _allow_judged(role, held)  # a batch tells of drops that wait, with what was found in them


def _publish_release(role: iam.Role, held: Held) -> None:
    """Read the tables, commit tags to them, make a database of views, and write files that nobody writes again."""
    here = held.addresses
    allow_tables(role, (*_LOOK, "glue:UpdateTable"), here, RELEASED_DATABASES)
    allow_tables(role, _LOOK, here, (HISTORY,))  # gates count what sources told
    allow_objects(role, READ, here, "warehouse")
    for database in RELEASED_DATABASES:
        allow_objects(role, (*WRITE, *DELETE), here, "warehouse", f"{database}/*/metadata/")
    allow_listing(role, ("s3:ListBucket", "s3:GetBucketLocation"), here, "warehouse")
    allow_release_databases(role, (*_LOOK, "glue:CreateDatabase", "glue:CreateTable", "glue:UpdateTable"), here)
    allow_everywhere(role, "Tags", _TAG_ACTIONS, reason=_TAGS)
    _allow_reading_releases(role, held)
    allow_objects(role, WRITE, here, "releases")
    held.results_key.grant(role, "kms:GenerateDataKey")


def _allow_reading_releases(role: iam.Role, held: Held) -> None:
    allow_objects(role, READ, held.addresses, "releases")
    allow_listing(role, ("s3:ListBucket",), held.addresses, "releases")
    held.results_key.grant(role, "kms:Decrypt")


JOB_RIGHTS: Mapping[str, Callable[[iam.Role, Held], None]] = MappingProxyType(
    {
        "merge_drops": _merge_drops,
        "receive_large_drop": _receive_large_drop,
        "maintain_tables": _maintain_tables,
        "migrate_tables": _migrate_tables,
        "backfill": _backfill,
        "resolve_persons": _resolve_persons,
        "publish_release": _publish_release,
    }
)


def allow_job(role: iam.Role, job: str, held: Held) -> None:
    """All that a job may do."""
    allow_upkeep_of_ledger(role, held)
    allow_metrics(role)
    _allow_service_logs(role, held.addresses)
    JOB_RIGHTS[job](role, held)


def _allow_service_logs(role: iam.Role, addresses: Addresses) -> None:
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"]
    pattern = "log-group:/aws-glue/*"
    role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[addresses.arn("logs", pattern)]))
    excuse_wildcards(role, [addresses.shown.arn("logs", pattern)], _SERVICE_LOGS)
