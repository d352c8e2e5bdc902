"""Trino's server, the engine behind Athena: which version, where it lies, and how it is brought.

`python -m tests.engines.trino_archive` brings it from Maven Central with Ivy, which Spark ships: 800 MB, of which what reads
Iceberg is kept.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

VERSION = "476"
LEAST_JAVA = 24
FOLDER = Path(sys.prefix) / "trino"
SERVER = FOLDER / f"trino-server-{VERSION}"
BRING = "make trino"
_SHA256 = "cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f"
_WANTED = f"""<ivy-module version="2.0"><info organisation="onecrown" module="tests"/><dependencies>
  <dependency org="io.trino" name="trino-server" rev="{VERSION}" conf="default">
    <artifact name="trino-server" type="tar.gz" ext="tar.gz"/>
  </dependency></dependencies></ivy-module>"""


class TrinoMissing(Exception):
    """Trino cannot run here; the message says what to do."""


def java() -> Path:
    """A Java on which Trino runs: the one that is set or on the path, or one installed beside it."""
    homes = [Path(said) for said in [os.environ.get("JAVA_HOME")] if said]
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parents[1])
    beside = [home for known in homes for home in sorted(known.parent.iterdir())]
    for home in (*homes, *beside):
        if _feature(home) >= LEAST_JAVA:
            return home / "bin" / "java"
    raise TrinoMissing(
        f"Trino {VERSION} needs Java {LEAST_JAVA} or newer; install it beside the other, or set JAVA_HOME"
    )


def _feature(home: Path) -> int:
    """The feature version of a Java by its home; 0 where it is none."""
    if not (home / "bin" / "java").is_file() or not (home / "release").is_file():
        return 0
    said = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"), re.MULTILINE)
    return int(said[1]) if said else 0


def server() -> Path:
    """The folder of the server. Raises `TrinoMissing` where it was not brought."""
    if not SERVER.is_dir():
        raise TrinoMissing(f"Trino {VERSION} is not here; bring it with: {BRING}")
    return SERVER


def bring() -> None:
    """Bring the server where it is not there yet: checked, unpacked, and put in its place whole."""
    if SERVER.is_dir():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=FOLDER) as work:
        archive = _fetched(Path(work))
        with tarfile.open(archive) as packed:
            packed.extractall(work, filter="data")
        unpacked = Path(work) / SERVER.name
        for plugin in unpacked.joinpath("plugin").iterdir():
            if plugin.name != "iceberg":
                shutil.rmtree(plugin)
        unpacked.rename(SERVER)


def _fetched(work: Path) -> Path:
    import pyspark

    ivy = next((Path(pyspark.__file__).parent / "jars").glob("ivy-*.jar"))
    said = work / "ivy.xml"
    said.write_text(_WANTED, encoding="utf-8")
    subprocess.run(
        [
            *("java", "-jar", str(ivy), "-ivy", str(said), "-cache", str(work / "cache")),
            *("-confs", "default", "-types", "tar.gz", "-notransitive"),
            *("-retrieve", str(work / "[artifact]-[revision].[ext]")),
        ],
        check=False,
        capture_output=True,
    )
    archive = work / f"trino-server-{VERSION}.tar.gz"
    if not archive.is_file():
        raise TrinoMissing(f"Trino {VERSION} cannot be brought from Maven Central; is it reached from here?")
    with archive.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != _SHA256:
            raise TrinoMissing(f"what came as Trino {VERSION} is not what was pinned; nothing was kept")
    return archive


if __name__ == "__main__":
    try:
        bring()
    except TrinoMissing as missing:
        sys.exit(str(missing))
