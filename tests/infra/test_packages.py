"""What functions and jobs are given: within Lambda's bounds, and whole: each imports with nothing else on the path."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from infra.code_packages import JOBS
from infra.packages import BUILD, LARGEST_UNPACKED_BYTES, bytes_of, pack

pytestmark = pytest.mark.aws


def run_alone(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Python with the standard library and one folder, and nothing that is installed here."""
    said = f"import sys; sys.path.insert(0, {str(folder)!r}); {code}"
    return subprocess.run([sys.executable, "-I", "-S", "-c", said], capture_output=True, text=True, check=False)


def test_the_functions_package_is_within_what_lambda_takes() -> None:
    assert 50 << 20 < bytes_of(BUILD / "lambda") < LARGEST_UNPACKED_BYTES


@pytest.mark.parametrize("function", ["receive_drop", "sweep"])
def test_a_function_imports_from_its_package_alone(function: str) -> None:
    done = run_alone(BUILD / "lambda", f"import lambdas.{function}.handler as h; print(callable(h.handler))")
    assert (done.stdout.strip(), done.stderr) == ("True", "")


def test_what_is_deployed_is_what_was_measured_and_imported_file_by_file() -> None:
    with zipfile.ZipFile(BUILD / "lambda.zip") as archive:
        packed = {entry.filename: (entry.file_size, entry.CRC) for entry in archive.infolist()}
    files = (path for path in (BUILD / "lambda").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    unpacked = {path.relative_to(BUILD / "lambda").as_posix(): path.read_bytes() for path in files}
    assert packed == {name: (len(body), zlib.crc32(body)) for name, body in unpacked.items()}
    assert "lambdas/receive_drop/handler.py" in packed


def test_the_same_files_are_the_same_archive_whenever_they_were_written(tmp_path: Path) -> None:
    packed = []
    for day in (1_000_000_000, 1_700_000_000):
        folder = tmp_path / str(day)
        for name in ("b/second.py", "first.py"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"NAME = {name!r}\n")
            os.utime(path, (day, day))
        packed.append(pack(folder, tmp_path / f"{day}.zip").read_bytes())
    assert packed[0] == packed[1]


def test_the_functions_package_holds_no_engine_that_functions_do_not_need() -> None:
    done = run_alone(BUILD / "lambda", "import pyarrow")
    assert "No module named 'pyarrow'" in done.stderr


def test_the_model_travels_in_the_package() -> None:
    code = "from onecrown.definitions.model import load_model; print(len(load_model().contracts))"
    assert int(run_alone(BUILD / "lambda", code).stdout) >= 7


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheels of the jobs, installed as Glue does: without an index."""
    folder = tmp_path_factory.mktemp("glue")
    with zipfile.ZipFile(BUILD / "glue" / "onecrown.gluewheels.zip") as archive:
        archive.extractall(folder / "wheels")
    wheels = sorted(map(str, (folder / "wheels").glob("*.whl")))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run([*command, "--target", str(folder / "site"), *wheels], check=True)
    return folder / "site"


@pytest.mark.parametrize("job", JOBS)
def test_a_jobs_script_runs_up_to_its_settings_from_the_wheels_alone(installed: Path, job: str) -> None:
    script = BUILD / "glue" / f"{job}.py"
    done = run_alone(
        installed, f"import runpy; sys.argv = [{str(script)!r}]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    assert done.returncode == 1
    assert "settings are missing: ONECROWN_ENVIRONMENT" in done.stderr


def test_a_job_finds_every_query_of_the_measures_translated(installed: Path) -> None:
    """Both ways of translating are taken away, and all that a refresh asks is asked."""
    done = run_alone(
        installed,
        "import duckdb; from onecrown.definitions.model import load_model; "
        "from onecrown.measuring.translate_ahead import translate_refresh; "
        "from onecrown.querying import translations as translating; "
        "translating.translate_tree = translating.read_statement = None; "
        "translate_refresh(duckdb.connect(), load_model(), translating.Translations()); print('all')",
    )
    assert (done.stdout.strip(), done.stderr) == ("all", "")
