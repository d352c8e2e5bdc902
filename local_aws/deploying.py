"""The template, deployed by the real CDK command line into the local AWS."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local_aws.account import ACCOUNT, REGION
from onecrown.errors import SettingsError, StorageError

CDK = Path(__file__).parent / "node_modules" / "aws-cdk" / "bin" / "cdk"
_DEPLOY_SECONDS = 900.0
_SHOWN_LINES = 12


def deploy(app_folder: Path, environment: Mapping[str, str], folder: Path, context: Mapping[str, str]) -> None:
    """Bootstrap, and deploy every stack of an app, which is synthesised meanwhile.

    Raises `SettingsError` where node or CDK is missing, `StorageError` where either fails.
    """
    assembly, said = folder / "cdk.out", [word for name, text in context.items() for word in ("-c", f"{name}={text}")]
    with ThreadPoolExecutor(1) as beside:
        bootstrapped = beside.submit(bootstrap, environment, folder)
        _run(("synth", "--quiet", "--output", str(assembly), *said), app_folder, environment, folder, "synth.log")
        bootstrapped.result()
    deploy_assembly(assembly, environment, folder)


def bootstrap(environment: Mapping[str, str], folder: Path) -> None:
    """Make the bucket and the roles that CDK deploys with. Raises `SettingsError` or `StorageError`.

    It runs in the local AWS's own folder: beside an app it would synthesise that first.
    """
    _run(("bootstrap", f"aws://{ACCOUNT}/{REGION}"), folder, environment, folder, "bootstrap.log")


def deploy_assembly(assembly: Path, environment: Mapping[str, str], folder: Path) -> None:
    """Deploy every stack of an app that was synthesised before. Raises `SettingsError` or `StorageError`."""
    options = ("--all", "--require-approval", "never", "--progress", "events", "--app", str(assembly.resolve()))
    _run(("deploy", *options), folder, environment, folder, "deploy.log")


def _run(command: Sequence[str], app_folder: Path, environment: Mapping[str, str], folder: Path, log_name: str) -> None:
    log = folder / log_name
    with log.open("wb") as stream:
        try:
            done = subprocess.run(  # noqa: S603 - the pinned command line
                [_node(), str(_cdk()), *command, "--no-notices", "--no-version-reporting"],
                cwd=app_folder,
                env=_environment(environment, folder),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=_DEPLOY_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise StorageError(
                f"cdk {command[0]} did not end within {_DEPLOY_SECONDS:.0f} seconds; see {log}"
            ) from None
    if done.returncode:
        raise StorageError(f"cdk {command[0]} failed; {log} ends with:\n{_end_of(log)}")


def _environment(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """No credentials or profile of the user's own can be reached from here."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",  # the app's `python`
        "HOME": str(folder),
        "CDK_HOME": str(folder / "cdk"),
        "LANG": "C.UTF-8",
        "CI": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_VALIDATION": "false",  # takes longer than the synthesis; the templates' tests and `make deploy` validate
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        **environment,
    }


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise SettingsError("node is needed to deploy: install Node.js 20 or newer")
    return node


def _cdk() -> Path:
    if not CDK.exists():
        raise SettingsError("CDK's command line is not installed: run npm ci --prefix local_aws")
    return CDK


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "\n".join(lines[-_SHOWN_LINES:])
