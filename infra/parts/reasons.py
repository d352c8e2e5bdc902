"""Written reasons: an exception to a rule stands on its resource, with why."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import IConstruct


def excuse(construct: IConstruct, rule: str, reason: str) -> None:
    """Except a resource from a rule of cdk-nag; the reason goes into the template.

    What a role may do is in its policy, so there a role's exceptions stand.
    """
    owner = construct.node.try_find_child("DefaultPolicy") or construct
    resource = owner.node.default_child or owner
    Validations.of(resource).acknowledge(Acknowledgment(id=rule, reason=reason))


def excuse_wildcards(construct: IConstruct, resources: Iterable[str], reason: str) -> None:
    """Let the policies of a role name resources by a pattern, each written as cdk-nag shows it."""
    for resource in resources:
        excuse(construct, f"AwsSolutions-IAM5[Resource::{resource}]", reason)


def excuse_double_dependency(construct: IConstruct) -> None:
    """Except a resource from cfn-lint's rule on doubled dependencies.

    CDK lets a resource wait for its role's policy, which is needed, and for the role itself, which its ARN already does.
    """
    resource = construct if isinstance(construct, CfnResource) else construct.node.default_child
    if not isinstance(resource, CfnResource):
        raise TypeError(f"{construct.node.path} is no single resource")
    resource.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})


def excuse_whole_catalogue(grant: CfnResource) -> None:
    """Except a grant on the whole catalogue from the checks of schemas.

    CloudFormation's reference says that it is JSON, an empty object; the schemas that the checks go by say that it is a text.
    """
    reason = "CloudFormation's reference has the whole catalogue as an empty object; the check takes it for a text."
    Validations.of(grant).acknowledge(Acknowledgment(id="CloudFormation-Validate::F3012", reason=reason))
    grant.add_metadata("cfn-lint", {"config": {"ignore_checks": ["E3012"]}})
