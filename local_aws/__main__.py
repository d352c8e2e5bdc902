"""`python -m local_aws up`: start the local AWS, deploy the template, and stay until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from local_aws.launching import FOLDER, LocalAws
from onecrown.errors import OneCrownError, StorageError

DEFAULT_PORT = 4566
_POLL_SECONDS = 0.5


def main() -> None:
    """Run a command; a mistake or a failure is one line, and the exit code of its kind."""
    asked = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with LocalAws(asked.port, asked.folder) as aws:
            asked.then(aws, asked)
            _say(f"The local AWS answers at {aws.endpoint}; Ctrl-C ends it and all that is in it.")
            signal.pause()
    except OneCrownError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        _say("The local AWS has ended.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_aws", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _add(commands, "up", _deploy, "start, deploy the template, stay").add_argument("--environment", default="dev")
    _add(commands, "start", _nothing, "start and stay, with nothing deployed")
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    then: Callable[[LocalAws, argparse.Namespace], None],
    meaning: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=meaning)
    command.add_argument("--port", type=int, default=DEFAULT_PORT)
    command.add_argument("--folder", type=Path, default=FOLDER)
    command.set_defaults(then=then)
    return command


def _deploy(aws: LocalAws, asked: argparse.Namespace) -> None:
    _say(f"Deploying {asked.environment} into the local AWS (what CDK says: {aws.folder / 'deploy.log'}) …")
    began = time.monotonic()
    aws.deploy(context={"environment": asked.environment})
    _say(f"Deployed in {time.monotonic() - began:.0f} s. Making the tables from the model …")
    _make_tables(aws, f"onecrown-{asked.environment}-migrate_tables")
    _say("Made. In another terminal:\n")
    _say("".join(f"  export {name}={text}\n" for name, text in aws.environment().items()))


def _make_tables(aws: LocalAws, job: str) -> None:
    """Run the job that makes and tags the tables. Raises `StorageError` where it fails."""
    glue = aws.client("glue")
    run_id = glue.start_job_run(JobName=job)["JobRunId"]
    state = "STARTING"
    while state in ("STARTING", "RUNNING"):
        time.sleep(_POLL_SECONDS)
        state = glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]["JobRunState"]
    if state != "SUCCEEDED":
        raise StorageError(f"{job} ended as {state}; see {aws.log}")


def _nothing(_aws: LocalAws, _asked: argparse.Namespace) -> None:
    """Nothing to deploy."""


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command line


if __name__ == "__main__":
    main()
