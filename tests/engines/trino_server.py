"""Trino's server in a process of its own, on this machine alone, and a client of its HTTP protocol."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .trino_archive import VERSION, TrinoMissing, java, server

HOST = "127.0.0.1"
CATALOGUE = "iceberg"
_LONGEST_SECONDS = 1800  # then it stops, whatever became of who started it
_PATIENCE_SECONDS = 180
_JVM = (
    *("-Xmx2G", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-XX:ReservedCodeCacheSize=256M"),
    *("-XX:TieredStopAtLevel=1", "-XX:+EnableDynamicAgentLoading", "-Dfile.encoding=UTF-8", "-Duser.timezone=UTC"),
    *("-Djdk.attach.allowAttachSelf=true", "--add-modules=jdk.incubator.vector"),
    *("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
)


class TrinoRefused(Exception):
    """A statement failed; the name of the error only, since a message may quote a value."""


@dataclass(frozen=True)
class Answered:
    """Rows as the protocol gives them, with the names and types of their columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[list[Any]]


class Trino:
    """A client of a running server."""

    def __init__(self, port: int) -> None:
        self._port = port

    def run(self, sql: str, database: str = "onecrown") -> Answered:
        """Every row of one statement. Raises `TrinoRefused`."""
        headers = {
            "X-Trino-User": "tests",
            "X-Trino-Catalog": CATALOGUE,
            "X-Trino-Schema": database,
            "X-Trino-Time-Zone": "UTC",
            "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",  # else instants come in milliseconds
        }
        page = self._asked("POST", "/v1/statement", sql, headers)
        described, rows = page.get("columns", ()), list(page.get("data", ()))
        while "error" not in page and "nextUri" in page:
            page = self._asked("GET", urlsplit(page["nextUri"]).path, None, headers)
            described = page.get("columns", described)
            rows += page.get("data", ())
        if "error" in page:
            raise TrinoRefused(f"{page['error']['errorName']}: {page['error']['failureInfo'].get('type')}")
        return Answered(tuple(c["name"] for c in described), tuple(c["type"] for c in described), rows)

    def is_ready(self) -> bool:
        try:
            return not self._asked("GET", "/v1/info", None, {})["starting"]
        except (HTTPException, ConnectionError, TimeoutError):
            return False

    def _asked(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Any:
        line = HTTPConnection(HOST, self._port, timeout=120)
        try:
            line.request(method, path, body.encode() if body else None, headers)
            return json.load(line.getresponse())
        finally:
            line.close()


@contextmanager
def running_trino(folder: Path) -> Iterator[Trino]:
    """A server whose settings, catalogue, log and data lie in a folder; it is gone afterwards.

    Raises `TrinoMissing` where Java or the server is not there.
    """
    port = _free_port()
    _write_settings(folder, server(), port)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(_command(folder), cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            trino = Trino(port)
            _wait_until_ready(trino, process)
            yield trino
        finally:
            _end(process)


def _command(folder: Path) -> list[str]:
    own = [f"-Dconfig={folder / 'etc/config.properties'}", "-Dnode.environment=tests", f"-Dnode.data-dir={folder}"]
    own += [
        f"-Dnode.bind-ip={HOST}",
        f"-Dnode.internal-address={HOST}",
        f"-Dlog.levels-file={folder / 'etc/log.properties'}",
    ]
    start = ["-cp", f"{server() / 'lib'}/*", "io.trino.server.TrinoServer"]
    return ["timeout", "--kill-after=10", str(_LONGEST_SECONDS), str(java()), *_JVM, *own, *start]


def _write_settings(folder: Path, home: Path, port: int) -> None:
    """Trino's files of settings. Of its plugins there is the one for Iceberg alone."""
    (folder / "etc/catalog").mkdir(parents=True)
    (folder / "plugin").mkdir()
    (folder / "plugin/iceberg").symlink_to(home / "plugin/iceberg")
    _write(folder / "etc/log.properties", {"io.trino": "WARN"})
    _write(
        folder / "etc/config.properties",
        {
            "coordinator": "true",
            "node-scheduler.include-coordinator": "true",
            "http-server.http.port": str(port),
            "http-server.log.enabled": "false",
            "discovery.uri": f"http://{HOST}:{port}",
            "plugin.dir": str(folder / "plugin"),
            "catalog.config-dir": str(folder / "etc/catalog"),
            "web-ui.enabled": "false",
        },
    )
    _write(
        folder / f"etc/catalog/{CATALOGUE}.properties",
        {
            "connector.name": "iceberg",
            "iceberg.catalog.type": "TESTING_FILE_METASTORE",
            "hive.metastore.catalog.dir": f"file://{folder / 'metastore'}",
            "iceberg.register-table-procedure.enabled": "true",
            "fs.hadoop.enabled": "true",
        },
    )


def _write(path: Path, said: dict[str, str]) -> None:
    path.write_text("".join(f"{name}={value}\n" for name, value in said.items()), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(trino: Trino, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_PATIENCE_SECONDS):
        if trino.is_ready():
            return
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise TrinoMissing(f"Trino {VERSION} does not start here; its log is server.log in the test's folder")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
