"""Glue jobs: one script each, the same wheels, no network at their start, no retries of Glue's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from infra.addresses import Addresses
from infra.config import LogDays
from infra.parts.log_groups import log_group
from infra.parts.reasons import excuse_double_dependency

WHEELS_ENDING = "gluewheels"
WORKERS, DPUS_OF_WORKER = 2, 1  # of the type G.1X: the least that a job of this kind takes


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSize:
    """How long a job may take, how many runs of it may go on at once, and what it is told unless a run says otherwise."""

    minutes: int
    runs_at_once: int = 1
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file in the bucket of CDK's bootstrap."""

    bucket: str
    key: str

    @property
    def url(self) -> str:
        """As Glue is told of it."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def arn(self) -> str:
        """As a policy names it."""
        return f"arn:aws:s3:::{self.bucket}/{self.key}"


def upload_script(scope: Construct, job: str, path: Path) -> Uploaded:
    """A job's script."""
    asset = assets.Asset(scope, f"{construct_name(job)}Script", path=str(path))
    return Uploaded(asset.s3_bucket_name, asset.s3_object_key)


def upload_wheels(stack: cdk.Stack, path: Path) -> Uploaded:
    """The zip of wheels. An ordinary asset is called `<hash>.zip`, and Glue knows a zip of wheels by `.gluewheels.zip`."""
    staged = cdk.AssetStaging(stack, "Wheels", source_path=str(path))
    location = stack.synthesizer.add_file_asset(
        source_hash=f"{staged.asset_hash}.{WHEELS_ENDING}",
        file_name=staged.relative_staged_path(stack),
        packaging=cdk.FileAssetPackaging.FILE,
    )
    return Uploaded(location.bucket_name, location.object_key)


def construct_name(job: str) -> str:
    """`merge_drops` as `MergeDrops`."""
    return "".join(word.capitalize() for word in job.split("_"))


class PackagedJob(Construct):
    """A glueetl job on Glue 5.1 with two small workers, and the role it runs under."""

    def __init__(
        self,
        scope: Construct,
        job: str,
        *,
        addresses: Addresses,
        size: JobSize,
        script: Uploaded,
        wheels: Uploaded,
        settings: Mapping[str, str],
        security: str,
        connection: str = "",
    ) -> None:
        super().__init__(scope, construct_name(job))
        self.name = addresses.name(job)
        self.role = self._role(job, [script.arn, wheels.arn])
        arguments = job_arguments(settings, wheels, size.arguments)
        self.job = self._job(size, script, arguments, security, [connection] if connection else [])
        self.job.node.add_dependency(self.role)
        excuse_double_dependency(self.job)

    def _role(self, job: str, code: Sequence[str]) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            role_name=self.name,
            assumed_by=iam.ServicePrincipal("glue.amazonaws.com"),
            description=f"What the job {job} may do.",
        )
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=list(code)))
        return role

    def _job(
        self,
        size: JobSize,
        script: Uploaded,
        arguments: Mapping[str, str],
        security: str,
        connections: Sequence[str],
    ) -> glue.CfnJob:
        inside = glue.CfnJob.ConnectionsListProperty(connections=list(connections)) if connections else None
        return glue.CfnJob(
            self,
            "Job",
            name=self.name,
            role=self.role.role_arn,
            glue_version="5.1",
            command=glue.CfnJob.JobCommandProperty(name="glueetl", python_version="3", script_location=script.url),
            worker_type="G.1X",
            execution_class="STANDARD",  # spare capacity may be taken away from a run that holds the merge's lease
            number_of_workers=WORKERS,
            max_retries=0,
            timeout=size.minutes,
            execution_property=glue.CfnJob.ExecutionPropertyProperty(max_concurrent_runs=size.runs_at_once),
            security_configuration=security,
            connections=inside,
            default_arguments=dict(arguments),
        )


def keep_logs(job: PackagedJob, security: str, key: kms.IKey, days: LogDays) -> None:
    """Make the log groups that Glue writes a job's logs to, before Glue does: those that it makes are kept for ever.

    Where logs are encrypted, Glue 5 names them after the security configuration and the job's role, whatever prefix it is given.
    """
    for kind in ("output", "error"):
        name = f"/aws-glue/jobs/{security}-role/{job.name}/{kind}"
        job.job.node.add_dependency(log_group(job, f"{kind.capitalize()}Logs", name=name, key=key, days=days))


def job_arguments(settings: Mapping[str, str], wheels: Uploaded, own: Mapping[str, str]) -> dict[str, str]:
    """What a job is started with: settings, wheels that are installed without an index, and its own arguments."""
    said = {f"--{name}": value for name, value in settings.items()}
    installing = {
        "--additional-python-modules": wheels.url,
        "--python-modules-installer-option": "--no-index",
        "--enable-metrics": "true",
        "--enable-continuous-cloudwatch-log": "true",
        "--job-language": "python",
        "--dpus": str(WORKERS * DPUS_OF_WORKER),  # what a run costs is worked out from it
    }
    return {**installing, **said, **own}


def security_of(scope: Construct, addresses: Addresses, key_arn: str) -> str:
    """Glue's own logs and bookmarks under our key; the name of that configuration."""
    name = addresses.name("jobs")
    glue.CfnSecurityConfiguration(
        scope,
        "JobSecurity",
        name=name,
        encryption_configuration=glue.CfnSecurityConfiguration.EncryptionConfigurationProperty(
            cloud_watch_encryption=glue.CfnSecurityConfiguration.CloudWatchEncryptionProperty(
                cloud_watch_encryption_mode="SSE-KMS", kms_key_arn=key_arn
            ),
            job_bookmarks_encryption=glue.CfnSecurityConfiguration.JobBookmarksEncryptionProperty(
                job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=key_arn
            ),
            s3_encryptions=[
                glue.CfnSecurityConfiguration.S3EncryptionProperty(s3_encryption_mode="SSE-KMS", kms_key_arn=key_arn)
            ],
        ),
    )
    return name
