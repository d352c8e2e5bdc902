"""One role for each supplier: put files under its own prefix, read what it is told, nothing else."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.config import Supplier
from infra.parts.held import Held
from infra.parts.rights import READ, allow_listing, allow_objects

_PUT = ("s3:PutObject", "s3:AbortMultipartUpload")


class SupplierRole(Construct):
    """The role that a supplier's account takes on. It cannot read what it has put, nor see what others put."""

    def __init__(self, scope: Construct, supplier: Supplier, *, held: Held) -> None:
        source = supplier.source
        super().__init__(scope, f"Supplier{''.join(word.capitalize() for word in source.split('_'))}")
        trusted = iam.AccountPrincipal(supplier.account) if supplier.account else iam.AccountRootPrincipal()
        self.source = source
        self.role = iam.Role(
            self,
            "Role",
            role_name=held.addresses.name(f"supplier-{source}"),
            assumed_by=trusted,
            description=f"Delivers {source}.",
        )
        allow_objects(self.role, _PUT, held.addresses, "landing", f"{source}/")
        allow_objects(self.role, READ[:1], held.addresses, "outbox", f"outbox/{source}/")
        allow_listing(self.role, ("s3:ListBucket",), held.addresses, "outbox", f"outbox/{source}/")
        held.landing_key.grant(self.role, "kms:Decrypt", "kms:GenerateDataKey")
