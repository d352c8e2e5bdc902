"""Rights on things that have no ARN before they are there: objects under a prefix, all tables of a database.

A right of this kind is a pattern, so each is given with its reason. Rights on whole things are CDK's own grants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam

from infra.addresses import Addresses
from infra.parts.reasons import excuse_wildcards
from onecrown.publishing.release_names import DATABASE

READ = ("s3:GetObject", "s3:GetObjectVersion")
WRITE = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
DELETE = ("s3:DeleteObject",)
_BY_KEY = "Objects are named by what arrives: the bucket and the prefix are fixed, the rest of the key cannot be."
RELEASE_DATABASES = (f"{DATABASE}*",)
_BY_RELEASE = "Each release has a database of its own, whose name begins as all of them do."
_BY_CATALOGUE = "Tables are made from the model, never by CloudFormation: the database is fixed, its tables are not."


def allow_objects(role: iam.Role, actions: Sequence[str], addresses: Addresses, thing: str, prefix: str = "") -> None:
    """Let a role act on the objects of a bucket under a prefix."""
    role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[addresses.objects(thing, prefix)]))
    excuse_wildcards(role, [addresses.shown.objects(thing, prefix)], _BY_KEY)


def allow_listing(role: iam.Role, actions: Sequence[str], addresses: Addresses, thing: str, prefix: str = "") -> None:
    """Let a role list a bucket, or what lies under a prefix of it."""
    condition = {"StringLike": {"s3:prefix": [f"{prefix}*"]}} if prefix else None
    resources = [addresses.bucket_arn(thing)]
    role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=resources, conditions=condition))


def allow_tables(role: iam.Role, actions: Sequence[str], addresses: Addresses, databases: Sequence[str]) -> None:
    """Let a role act on all tables of databases in Glue's catalogue."""
    role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=table_arns(addresses, databases)))
    excuse_wildcards(role, _tables(addresses.shown, databases), _BY_CATALOGUE)


def allow_release_databases(role: iam.Role, actions: Sequence[str], addresses: Addresses) -> None:
    """Let a role act on the databases of releases and on their views."""
    role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=table_arns(addresses, RELEASE_DATABASES)))
    excuse_wildcards(role, release_patterns(addresses.shown), _BY_RELEASE)


def release_patterns(addresses: Addresses) -> list[str]:
    """The databases of releases and their views, as patterns."""
    named = [addresses.arn("glue", f"database/{database}") for database in RELEASE_DATABASES]
    return [*named, *_tables(addresses, RELEASE_DATABASES)]


def table_arns(addresses: Addresses, databases: Sequence[str]) -> list[str]:
    """What an action on tables names: the catalogue, the databases and their tables."""
    named = [addresses.arn("glue", f"database/{database}") for database in databases]
    return [addresses.arn("glue", "catalog"), *named, *_tables(addresses, databases)]


def _tables(addresses: Addresses, databases: Sequence[str]) -> list[str]:
    return [addresses.arn("glue", f"table/{database}/*") for database in databases]


def allow_everywhere(
    role: iam.Role, what: str, actions: Sequence[str], *, reason: str, conditions: Mapping[str, Any] | None = None
) -> None:
    """Let a role do what AWS ties to no resource, by a policy of its own that carries the reason."""
    statement = iam.PolicyStatement(actions=list(actions), resources=["*"], conditions=conditions)
    policy = iam.Policy(role, what, roles=[role], statements=[statement])
    excuse_wildcards(policy, ["*"], reason)
