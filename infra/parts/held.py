"""What the stateful stacks hold, as roles are let to it."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.addresses import Addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The keys, the pseudonyms' key and the ledger of an environment; its buckets are known by their addresses."""

    landing_key: kms.IKey
    lake_key: kms.IKey
    results_key: kms.IKey
    pseudonym_key: secretsmanager.ISecret
    ledger: dynamodb.ITable
    addresses: Addresses
