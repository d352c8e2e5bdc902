"""A network of our own, for environments that ask for one: no way to the internet, and an endpoint for each service used."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config import Environment
from infra.parts.environment_stack import EnvironmentStack
from infra.parts.log_groups import log_group
from infra.parts.placement import Placement
from infra.stacks.keys import Keys

RANGE = "10.20.0.0/22"
SERVICES = (
    *("glue", "sqs", "states", "secretsmanager", "kms", "logs", "monitoring"),
    *("lakeformation", "athena", "sts"),
)


class PrivateNetwork(EnvironmentStack):
    """`vpc`, the group `inside` that functions and jobs belong to, and Glue's connection into it."""

    def __init__(self, scope: Construct, *, environment: Environment, keys: Keys) -> None:
        super().__init__(scope, "network", environment=environment, description="A network without a way out.")
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(RANGE),
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="inside", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24)
            ],
        )
        self.inside = self._group()
        self._endpoints()
        self._log_flows(keys.results)
        self.connection = self._connection()

    @property
    def availability_zones(self) -> list[str]:
        """The region's zones, asked of CloudFormation: CDK would look them up, which takes credentials."""
        zones = cdk.Fn.get_azs()
        return [cdk.Fn.select(0, zones), cdk.Fn.select(1, zones)]

    def _group(self) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self, "Inside", vpc=self.vpc, description="Functions, jobs and endpoints.", allow_all_outbound=False
        )
        for rule in (group.add_ingress_rule, group.add_egress_rule):
            rule(group, ec2.Port.all_traffic(), "among themselves: Glue asks for every port")
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "S3 and DynamoDB, which gateways lead to")
        return group

    def _endpoints(self) -> None:
        self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        self.vpc.add_gateway_endpoint("Ledger", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        for service in SERVICES:
            self.vpc.add_interface_endpoint(
                service.capitalize(),
                service=ec2.InterfaceVpcEndpointAwsService(service),
                security_groups=[self.inside],
                open=False,
            )

    def _log_flows(self, key: kms.IKey) -> None:
        name = f"/aws/vendedlogs/{self.addresses.name('network')}"
        group = log_group(self, "FlowLogs", name=name, key=key, days=self.config.log_days)
        self.vpc.add_flow_log("Flows", destination=ec2.FlowLogDestination.to_cloud_watch_logs(group))

    def _connection(self) -> glue.CfnConnection:
        subnet = self.vpc.isolated_subnets[0]
        return glue.CfnConnection(
            self,
            "Connection",
            catalog_id=self.account,
            connection_input=glue.CfnConnection.ConnectionInputProperty(
                name=self.addresses.name("inside"),
                connection_type="NETWORK",
                physical_connection_requirements=glue.CfnConnection.PhysicalConnectionRequirementsProperty(
                    availability_zone=subnet.availability_zone,
                    subnet_id=subnet.subnet_id,
                    security_group_id_list=[self.inside.security_group_id],
                ),
            ),
        )

    @property
    def placement(self) -> Placement:
        """Where functions and jobs are put."""
        return Placement(vpc=self.vpc, group=self.inside, connection=self.addresses.name("inside"))
