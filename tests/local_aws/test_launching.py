"""Starting and stopping the local AWS, and what is said where that cannot be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local_aws import deploying, launching
from local_aws.launching import CHECKOUT, LocalAws
from onecrown.errors import SettingsError, StorageError, UsageError
from tests.local_aws.account import until

pytestmark = pytest.mark.aws


def test_it_answers_on_the_loopback_interface_alone_and_nothing_outlives_its_end(tmp_path: Path) -> None:
    with LocalAws(folder=tmp_path) as aws:
        assert aws.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::000000000000:root"
        assert _listening(aws.port) == {"0100007F"}
        started = _processes_in(aws.folder)
        assert len(started) >= 2  # the emulator, and what answers queries
    assert not _processes_in(aws.folder)


def test_it_ends_when_the_program_that_started_it_is_killed(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time\nfrom local_aws.launching import LocalAws\n"
        "aws = LocalAws(folder=pathlib.Path(sys.argv[1])); aws.start()\nprint(aws.folder, flush=True)\ntime.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        folder = Path(program.stdout.readline().strip())
        assert _processes_in(folder)
        program.send_signal(signal.SIGKILL)
    until(lambda: not _processes_in(folder))


def test_a_port_in_use_is_one_line_that_says_so(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "local_aws", "start", "--port", str(port), "--folder", str(tmp_path)]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == UsageError.exit_code
    assert done.stderr == f"port {port} is in use: stop what uses it, or choose another with --port\n"


def test_a_missing_emulator_is_said_with_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching, "EMULATOR_PYTHON", tmp_path / "none")
    with pytest.raises(SettingsError, match="run make ready-aws"):
        LocalAws(folder=tmp_path).start()


def test_a_missing_node_or_cdk_is_said_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploying, "CDK", tmp_path / "none")
    with pytest.raises(SettingsError, match="run npm ci --prefix local_aws"):
        deploying.bootstrap({}, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"install Node\.js"):
        deploying.bootstrap({}, tmp_path)


def test_an_emulator_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = LocalAws(folder=tmp_path)
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'ChangedEmulator: it is another' >&2\nexit 1\n", encoding="ascii")
    broken.chmod(0o755)
    monkeypatch.setattr(launching, "EMULATOR_PYTHON", broken)
    with pytest.raises(StorageError, match="ChangedEmulator: it is another"):
        aws.start()
    aws.stop()


def _listening(port: int) -> set[str]:
    """The addresses, as the kernel writes them, on which somebody listens at a port."""
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    places = [said[1].split(":") for said in lines if said[3] == "0A"]
    return {address for address, at in places if int(at, 16) == port}


def _processes_in(folder: Path) -> list[int]:
    """The processes that were told to work in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _was_told(entry, folder):
            found.append(int(entry.name))
    return found


def _was_told(process: Path, folder: Path) -> bool:
    try:
        said = (process / "environ").read_bytes().split(b"\0")
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and any(
        each.startswith((b"LOCAL_AWS_FOLDER=", b"HOME=")) and each.endswith(str(folder).encode()) for each in said
    )
