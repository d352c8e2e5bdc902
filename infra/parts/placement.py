"""Inside a network of our own: what a function or a job needs there beside its other rights."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from infra.addresses import Addresses
from infra.parts.reasons import excuse_wildcards
from infra.parts.rights import allow_everywhere

_INTERFACES = (
    *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"),
    *("ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcEndpoints"),
    *("ec2:DescribeRouteTables", "ec2:DescribeVpcAttribute"),
)
_REASON = "Interfaces have no ARN before the service makes them, and describing takes none."


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A network, the security group within it, and the name of Glue's connection into it."""

    vpc: ec2.IVpc
    group: ec2.ISecurityGroup
    connection: str


def allow_inside(role: iam.Role) -> None:
    """Let a function's service put an interface into the network."""
    allow_everywhere(role, "Interfaces", _INTERFACES, reason=_REASON)


def allow_job_inside(role: iam.Role, addresses: Addresses, placement: Placement) -> None:
    """The same for a job, which asks the catalogue for its connection."""
    allow_inside(role)
    named = [addresses.arn("glue", "catalog"), addresses.arn("glue", f"connection/{placement.connection}")]
    role.add_to_policy(iam.PolicyStatement(actions=["glue:GetConnection"], resources=named))
    tagged = [addresses.arn("ec2", "network-interface/*")]
    excuse_wildcards(role, [addresses.shown.arn("ec2", "network-interface/*")], _REASON)
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["ec2:CreateTags"],
            resources=tagged,
            conditions={"ForAllValues:StringEquals": {"aws:TagKeys": ["aws-glue-service-resource"]}},
        )
    )
