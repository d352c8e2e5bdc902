"""Merging: the jobs, the machine that lets one merge write at a time, nightly maintenance, persons once a week."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.code_packages import JOBS, CodePackages
from infra.config import Environment
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.glue_jobs import JobSize, PackagedJob, keep_logs, security_of, upload_script, upload_wheels
from infra.parts.job_roles import PERSON_DATABASES, WRITE_TABLES, allow_job
from infra.parts.log_groups import log_group
from infra.parts.merge_machine import MergeDefinition
from infra.parts.placement import Placement, allow_job_inside
from infra.parts.reasons import excuse_double_dependency, excuse_wildcards
from infra.parts.settings import settings_of
from infra.parts.tag_grants import TagGrants
from infra.stacks.catalogue import LAYERS
from infra.stacks.stateful import StatefulStacks

SIZES: Mapping[str, JobSize] = MappingProxyType(
    {
        "merge_drops": JobSize(minutes=50),  # a window and three tries fit into the three hours of the lease
        "receive_large_drop": JobSize(minutes=120, runs_at_once=20),
        "maintain_tables": JobSize(minutes=60, arguments={"--minutes": "40"}),
        "migrate_tables": JobSize(minutes=60),
        "backfill": JobSize(minutes=480),
        "resolve_persons": JobSize(minutes=240),
        "publish_release": JobSize(minutes=120),
    }
)
EVERY_NIGHT = "cron(30 1 * * ? *)"
EVERY_SUNDAY = "cron(30 3 ? * SUN *)"  # maintenance has ended, and courts share no results at night
_DELIVERING_LOGS = "Step Functions' own delivery of logs and traces takes no ARN."


class Merge(EnvironmentStack):
    """`jobs` by name, and the state machine `machine`."""

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        stateful: StatefulStacks,
        packages: CodePackages,
        placement: Placement | None = None,
    ) -> None:
        super().__init__(scope, "merge", environment=environment, description="Jobs, and one merge at a time.")
        for needed in (stateful.storage, stateful.catalogue):
            self.add_stack_dependency(needed)
        self._held = stateful.held(self.addresses)
        self.jobs = self._jobs(packages, placement)
        self.machine = self._machine()
        self._schedule("EveryNight", "maintain_tables", "maintain-every-night", EVERY_NIGHT)
        self._schedule("EverySunday", "resolve_persons", "resolve-persons-every-sunday", EVERY_SUNDAY)
        self._grant_tables()
        self.say("MergeMachine", self.machine.state_machine_arn, "The state machine that merges")
        for job in self.jobs.values():
            self.say(f"{job.node.id}Job", job.name, "A Glue job")

    def _jobs(self, packages: CodePackages, placement: Placement | None) -> dict[str, PackagedJob]:
        wheels = upload_wheels(self, packages.wheels)
        security = security_of(self, self.addresses, self._held.results_key.key_arn)
        settings = settings_of(self._held)
        jobs = {
            job: PackagedJob(
                self,
                job,
                addresses=self.addresses,
                size=SIZES[job],
                script=upload_script(self, job, packages.script(job)),
                wheels=wheels,
                settings=settings,
                security=security,
                connection=placement.connection if placement else "",
            )
            for job in JOBS
        }
        for name, job in jobs.items():
            allow_job(job.role, name, self._held)
            keep_logs(job, security, self._held.results_key, self.config.log_days)
            if placement:
                allow_job_inside(job.role, self.addresses, placement)
        return jobs

    def _grant_tables(self) -> None:
        grants = TagGrants(self, "Grants", addresses=self.addresses)
        for job in WRITE_TABLES:
            grants.to_writer(self.jobs[job].role)
        grants.to_writer(self.jobs["resolve_persons"].role, [LAYERS[database] for database in PERSON_DATABASES])
        grants.to_tagger(self.jobs["migrate_tables"].role)
        grants.to_publisher(self.jobs["publish_release"].role)

    def _machine(self) -> sfn.StateMachine:
        definition = MergeDefinition(
            self,
            ledger=self._held.ledger,
            job_name=self.jobs["merge_drops"].name,
            window=cdk.Duration.seconds(self.config.merge_window_seconds),
        )
        machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=self.addresses.name("merge"),
            definition_body=sfn.DefinitionBody.from_chainable(definition.first),
            role=self._machine_role(),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=log_group(
                    self,
                    "MachineLogs",
                    name=f"/aws/vendedlogs/{self.addresses.name('merge')}",
                    key=self._held.results_key,
                    days=self.config.log_days,
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        machine.node.add_dependency(self.jobs["merge_drops"].job)
        excuse_double_dependency(machine)
        return machine

    def _machine_role(self) -> iam.Role:
        role = iam.Role(
            self,
            "MachineRole",
            role_name=self.addresses.name("merge-machine"),
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            description="Hold the lease in the ledger, run the merge's job.",
        )
        self._held.lake_key.grant(role, "kms:Decrypt", "kms:GenerateDataKey")
        excuse_wildcards(role, ["*"], _DELIVERING_LOGS)
        return role

    def _schedule(self, construct_id: str, job_name: str, name: str, when: str) -> None:
        job = self.jobs[job_name]
        trigger = glue.CfnTrigger(
            self,
            construct_id,
            name=self.addresses.name(name),
            type="SCHEDULED",
            schedule=when,
            start_on_creation=True,
            actions=[glue.CfnTrigger.ActionProperty(job_name=job.name)],
        )
        trigger.node.add_dependency(job.job)
