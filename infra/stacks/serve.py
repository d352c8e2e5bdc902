"""Serving: a workgroup and a role for each audience, queries to start from, and where everything is."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_athena as athena
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.config import Environment
from infra.parts.audience import Audience
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.named_queries import construct_id_of, description_of, queries_of
from infra.parts.settings import whereabouts_of
from infra.parts.tag_grants import TagGrants
from infra.parts.workgroup import Workgroup
from infra.stacks.ingest import Ingest
from infra.stacks.stateful import StatefulStacks
from onecrown.definitions.model import Model
from onecrown.rendering.dictionary_queries import Example
from onecrown.rendering.table_layouts import UNIFIED

AUDIENCES = ("analyst", "statistician")
WORKGROUPS = (*AUDIENCES, "pipeline")


class Serve(EnvironmentStack):
    """`workgroups` and `audiences` by name."""

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        stateful: StatefulStacks,
        ingest: Ingest,
        model: Model,
        examples: tuple[Example, ...],
    ) -> None:
        super().__init__(scope, "serve", environment=environment, description="Workgroups, audiences, queries.")
        for needed in (stateful.storage, stateful.catalogue, ingest):
            self.add_stack_dependency(needed)
        self._held = stateful.held(self.addresses)
        limits = environment.scan_limits
        self.workgroups = {
            "analyst": Workgroup(self, "analyst", held=self._held, scan_limit=limits.analyst),
            "statistician": Workgroup(self, "statistician", held=self._held, scan_limit=limits.statistician),
            "pipeline": Workgroup(self, "pipeline", held=self._held, scan_limit=limits.pipeline),
        }
        self.audiences = {name: Audience(self, name, held=self._held) for name in AUDIENCES}
        grants = TagGrants(self, "Grants", addresses=self.addresses)
        for audience in self.audiences.values():
            grants.to_audience(audience.role)
        self._name_queries(model, examples)
        self._say_where(ingest)

    def _name_queries(self, model: Model, examples: tuple[Example, ...]) -> None:
        group = self.workgroups["analyst"]
        for name, example in queries_of(model, examples):
            query = athena.CfnNamedQuery(
                self,
                f"Query{construct_id_of(name)}",
                name=name,
                database=UNIFIED,
                work_group=group.name,
                description=description_of(example),
                query_string=example.sql,
            )
            query.add_resource_dependency(group.group)

    def _say_where(self, ingest: Ingest) -> None:
        """One parameter with everything that the command line needs: it is told nothing but the environment's name."""
        roles = {name: audience.role.role_arn for name, audience in self.audiences.items()}
        for name, arn in roles.items():
            self.say(f"{name.capitalize()}Role", arn, f"The role of the audience {name}")
        for name, group in self.workgroups.items():
            self.say(f"{name.capitalize()}WorkgroupName", group.name, f"The workgroup {name}")
        where = {**whereabouts_of(self._held), **self._queues(ingest)}
        groups = {name: group.name for name, group in self.workgroups.items()}
        suppliers = {supplier.source: supplier.role.role_arn for supplier in ingest.suppliers}
        said: Mapping[str, object] = {**where, "workgroups": groups, "roles": roles, "supplier_roles": suppliers}
        ssm.StringParameter(
            self,
            "Settings",
            parameter_name=f"/onecrown/{self.config.name}/settings",
            description="Where everything of this environment is.",
            string_value=self.to_json_string(said),
        )

    def _queues(self, ingest: Ingest) -> Mapping[str, str]:
        return {
            "arrivals_queue": ingest.arrivals.queue.queue_url,
            "dead_letters": ingest.arrivals.dead_letters.queue_url,
            "undeliverable": ingest.arrivals.undeliverable.queue_url,
            "receive_drop_role": ingest.receive_drop.role.role_arn,
        }
