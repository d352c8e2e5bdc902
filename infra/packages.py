"""`python -m infra.packages`: what Lambda and Glue are given, built from the lock files without Docker, and measured.

build/lambda/                     the functions and what they import, unpacked
build/lambda.zip                  the same as it is deployed: packed once here, not by CDK at every synthesis and deployment
build/glue/onecrown.gluewheels.zip  wheels for the jobs, which install them without a network
build/glue/JOB.py                 the jobs' scripts
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
LARGEST_UNPACKED_BYTES = 250 << 20  # what Lambda takes
_LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-aws.lock")
_PLATFORM = ("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11")
_EARLIEST, _READABLE = (
    (1980, 1, 1, 0, 0, 0),
    0o100644,
)  # of every file in an archive: when it was written is no part of it
_SHARED = (
    *("duckdb", "lxml", "pyyaml", "pytz", "tzdata", "fsspec", "aws-lambda-powertools", "typing-extensions"),
    *("boto3", "botocore", "jmespath", "s3transfer", "urllib3", "python-dateutil", "six"),
)
LAMBDA = _SHARED
GLUE = (  # and all that these ask for: a job installs them without an index
    *_SHARED,
    *("pyarrow", "pyiceberg", "pyiceberg-core", "sqlglot", "sqlalchemy", "pydantic", "pydantic-core"),
    *("annotated-types", "typing-inspection", "cachetools", "click", "mmh3", "pyparsing", "pyroaring", "strictyaml"),
    *("tenacity", "zstandard", "rich", "markdown-it-py", "mdurl", "pygments", "requests", "certifi", "idna"),
    *("charset-normalizer", "typer", "shellingham", "annotated-doc", "splink"),
)


def main() -> None:
    """Build both, and say how large they are."""
    wheel = build_wheel(BUILD / "wheel")
    folder = build_lambda(BUILD / "lambda", wheel)
    archive = build_glue(BUILD / "glue", wheel)
    packed = pack(folder, folder.with_suffix(".zip"))
    unpacked = bytes_of(folder)
    print(f"build/lambda: {unpacked >> 20} MB unpacked, of {LARGEST_UNPACKED_BYTES >> 20}")
    print(f"build/{packed.name}: {packed.stat().st_size >> 20} MB")
    print(f"build/glue/{archive.name}: {archive.stat().st_size >> 20} MB")
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise SystemExit("the functions' package is larger than Lambda takes; leave something out")


def build_wheel(target: Path) -> Path:
    """The project's own wheel, with the queries of the measures translated."""
    _empty(target)
    _run("-m", "onecrown.measuring.translate_ahead")
    _run("-m", "hatchling", "build", "-t", "wheel", "-d", str(target))
    return next(target.glob("onecrown-*.whl"))


def build_lambda(target: Path, wheel: Path) -> Path:
    """A folder with everything that the functions import."""
    _empty(target)
    pinned = _pinned(LAMBDA, target.parent / "lambda.lock")
    wanted = ("--target", str(target), "--only-binary=:all:", "--implementation", "cp", *_PLATFORM)
    _pip("install", *wanted, "--no-deps", "--no-compile", "--require-hashes", "-r", str(pinned))
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(target)
    shutil.copytree(ROOT / "lambdas", target / "lambdas", ignore=shutil.ignore_patterns("__pycache__"))
    return target


def pack(folder: Path, archive: Path) -> Path:
    """A folder as an archive: of the same files the same bytes, so that what did not change is not deployed again."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EARLIEST)
            entry.external_attr, entry.compress_type = _READABLE << 16, zipfile.ZIP_DEFLATED
            opened.writestr(entry, path.read_bytes(), compresslevel=1)
    return archive


def build_glue(target: Path, wheel: Path) -> Path:
    """The wheels of the jobs in one archive, and the scripts beside it."""
    _empty(target)
    wheels = target / "wheels"
    pinned = _pinned(GLUE, target.parent / "glue.lock")
    wanted = ("-d", str(wheels), "--only-binary=:all:", "--implementation", "cp", *_PLATFORM)
    _pip("download", *wanted, "--no-deps", "--require-hashes", "-r", str(pinned))
    archive = target / "onecrown.gluewheels.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as opened:
        for path in sorted([*wheels.glob("*.whl"), wheel]):
            opened.write(path, path.name)
    shutil.rmtree(wheels)
    for script in sorted((ROOT / "glue_jobs").glob("[a-z]*.py")):
        shutil.copy(script, target / script.name)
    return archive


def bytes_of(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _pinned(names: tuple[str, ...], target: Path) -> Path:
    """Those packages of the lock files, with their hashes. Raises `SystemExit` where one is in none."""
    found = {name: text for lock in _LOCKS for name, text in _blocks(lock.read_text(encoding="utf-8"))}
    missing = [name for name in names if name not in found]
    if missing:
        raise SystemExit(f"in no lock file: {', '.join(missing)}; run make lock")
    target.write_text("".join(found[name] for name in names), encoding="utf-8")
    return target


def _blocks(lock: str) -> list[tuple[str, str]]:
    """Each package of a lock file: its name and its lines."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    text = "\n".join(lines) + "\n"
    return [(found[1].lower(), found[0]) for found in re.finditer(r"^([A-Za-z0-9._-]+)==.*\n(?:    .*\n)*", text, re.M)]


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _pip(*arguments: str) -> None:
    _run("-m", "pip", *arguments, "--quiet", "--disable-pip-version-check")


def _run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"building the packages failed:\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
