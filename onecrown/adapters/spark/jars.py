"""The Java libraries of the distributed executor: which ones, where they lie, and how they are brought.

`python -m onecrown.adapters.spark.jars FOLDER` brings them from Maven Central with Ivy, which Spark ships, and checks them.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from onecrown.errors import SettingsError

FOLDER = "spark-jars"


@dataclass(frozen=True, slots=True)
class Jar:
    """A library by its coordinates, and the digest of its bytes."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name under which it lies in the folder."""
        return f"{self.artifact}-{self.version}.jar"


JARS = (
    Jar(
        "org.apache.iceberg",
        "iceberg-spark-runtime-3.5_2.12",
        "1.10.0",
        "70f9471870b2d456167d703c829f098a446b86bb1379eee338c0efa03a341026",
    ),  # as Glue 5.1
    Jar(
        "org.xerial", "sqlite-jdbc", "3.50.3.0", "a3f53a2aa15ae9425a9e793bbe9c8e5288febeb4b65ef5c1a4e80d4c2045cf08"
    ),  # the embedded catalogue
)


def default_folder() -> Path:
    """Beside the interpreter's own packages."""
    return Path(sys.prefix) / FOLDER


def checked_jars(folder: Path) -> list[Path]:
    """The libraries' files. Raises `SettingsError` where one is missing or is not what was pinned."""
    wrong = [jar.file_name for jar in JARS if not _is_right(folder / jar.file_name, jar)]
    if wrong:
        raise SettingsError(
            f"the distributed executor misses {', '.join(wrong)}; bring them with: python -m {__name__} {folder}"
        )
    return [folder / jar.file_name for jar in JARS]


def bring_jars(folder: Path) -> None:
    """Bring the libraries that are not there yet, and check all."""
    folder.mkdir(parents=True, exist_ok=True)
    for jar in JARS:
        if not _is_right(folder / jar.file_name, jar):
            _bring(jar, folder)
    checked_jars(folder)


def _bring(jar: Jar, folder: Path) -> None:
    import pyspark

    ivy = next((Path(pyspark.__file__).parent / "jars").glob("ivy-*.jar"))
    done = subprocess.run(  # noqa: S603 - fixed words, and names of this file
        [
            *("java", "-jar", str(ivy), "-dependency", jar.group, jar.artifact, jar.version),
            *("-cache", str(folder / "cache"), "-confs", "default", "-types", "jar", "-notransitive"),
            *("-retrieve", str(folder / "[artifact]-[revision].[ext]")),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SettingsError(f"{jar.file_name} cannot be brought from Maven Central; is it reached from here?")


def _is_right(path: Path, jar: Jar) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == jar.sha256


if __name__ == "__main__":
    bring_jars(Path(sys.argv[1]) if len(sys.argv) > 1 else default_folder())
