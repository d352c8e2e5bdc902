"""The whole system on one page: which stacks there are, and in which order.

`python -m infra.app -c environment=dev` writes the templates to `cdk.out`; CDK's command line runs the same by `cdk.json`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from infra import needs_node  # noqa: F401 - before CDK is imported

# isort: split
import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.code_packages import CodePackages, read_packages
from infra.config import Environment, Network, environment_of
from infra.stacks.catalogue import Catalogue
from infra.stacks.copies import Copies
from infra.stacks.ingest import Ingest
from infra.stacks.keys import Keys
from infra.stacks.ledger import Ledger
from infra.stacks.merge import Merge
from infra.stacks.network import PrivateNetwork
from infra.stacks.serve import Serve
from infra.stacks.stateful import StatefulStacks
from infra.stacks.storage import Storage
from infra.stacks.watch import Watch
from onecrown.definitions.model import load_model, model_folder
from onecrown.errors import OneCrownError
from onecrown.rendering.dictionary_queries import read_examples

FEATURES: Mapping[str, Any] = MappingProxyType(
    {
        "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,  # no access lists on buckets
        "@aws-cdk/aws-iam:minimizePolicies": True,
        "@aws-cdk/core:checkSecretUsage": True,
    }
)


STATEFUL = ("copies", "keys", "storage", "ledger", "catalogue")
REBUILDABLE = ("network", "merge", "ingest", "serve", "watch")


def build(app: cdk.App, environment: Environment, packages: CodePackages) -> None:
    """Every stack of an environment, in the order in which they are deployed.

    The first ones hold data. The others can be deleted and built again; the network is there only where it is private, the
    copies where a second account is named.
    """
    keys = Keys(app, environment=environment)
    storage = Storage(app, environment=environment, keys=keys)
    ledger = Ledger(app, environment=environment, keys=keys)
    if environment.copies_to:
        copies = Copies(app, environment=environment)
        for copied in (storage, ledger):
            copied.add_stack_dependency(copies)
    catalogue = Catalogue(app, environment=environment, keys=keys, storage=storage)
    held = StatefulStacks(keys=keys, storage=storage, ledger=ledger, catalogue=catalogue)
    is_private = environment.network is Network.PRIVATE
    placement = PrivateNetwork(app, environment=environment, keys=keys).placement if is_private else None
    merge = Merge(app, environment=environment, stateful=held, packages=packages, placement=placement)
    ingest = Ingest(app, environment=environment, stateful=held, merge=merge, packages=packages, placement=placement)
    model, examples = load_model(), read_examples(model_folder() / "examples.yaml")
    serve = Serve(app, environment=environment, stateful=held, ingest=ingest, model=model, examples=examples)
    Watch(app, environment=environment, keys=keys, serve=serve, contracts=model.contracts.values())
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app, write_suppressions_to_cloud_formation=True))


def context_of(argv: Sequence[str]) -> dict[str, str]:
    """What `-c name=value` says; CDK's command line passes the same by other means."""
    said = [value for flag, value in pairwise(argv) if flag in ("-c", "--context")]
    pairs = (value.partition("=") for value in said)
    return {name: value for name, _, value in pairs}


def main(argv: Sequence[str]) -> int:
    """Write the templates. What is asked wrongly ends with 2 and one line."""
    outdir = os.environ.get("CDK_OUTDIR", "cdk.out")  # set by CDK's command line
    app = cdk.App(context={**FEATURES, **context_of(argv)}, outdir=outdir)
    try:
        environment = environment_of(app.node.try_get_context("environment"))
        packages = read_packages(Path(app.node.try_get_context("packages") or "build"))
        build(app, environment, packages)
    except OneCrownError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
