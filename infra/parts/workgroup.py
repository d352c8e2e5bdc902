"""Athena's workgroups: the settings are the group's, not the caller's, and a query that reads too much is ended."""

from __future__ import annotations

from aws_cdk import aws_athena as athena
from constructs import Construct

from infra.parts.held import Held


class Workgroup(Construct):
    """One audience's workgroup; results go under `athena/<audience>/`."""

    def __init__(self, scope: Construct, audience: str, *, held: Held, scan_limit: int) -> None:
        super().__init__(scope, f"{audience.capitalize()}Workgroup")
        self.audience = audience
        self.name = held.addresses.name(audience)
        encryption = athena.CfnWorkGroup.EncryptionConfigurationProperty(
            encryption_option="SSE_KMS", kms_key=held.results_key.key_arn
        )
        self.group = athena.CfnWorkGroup(
            self,
            "Group",
            name=self.name,
            description=f"Queries of the audience {audience}.",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=scan_limit,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{held.addresses.bucket('results')}/{results_prefix(audience)}",
                    encryption_configuration=encryption,
                    expected_bucket_owner=held.addresses.account,
                ),
            ),
        )


def results_prefix(audience: str) -> str:
    """Where in the results bucket an audience's results go."""
    return f"athena/{audience}/"
