"""A version of the model as a folder: a folder, a wheel, or a revision of the git repository around the working folder."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from onecrown.errors import SettingsError, UsageError

_IN_WHEEL = "onecrown/_model/"
_IN_REPOSITORY = "model"


@contextmanager
def model_folder_of(said: str) -> Iterator[Path]:
    """The definitions of a version, as long as it is wanted.

    `said` is a folder of definitions or one that has `model/`, a wheel of ours, or a revision: a branch, a tag, a commit.
    Raises `UsageError` where it is none of these.
    """
    path = Path(said)
    if path.is_dir():
        yield _definitions_of(path)
        return
    with TemporaryDirectory(prefix="onecrown-model-") as made:
        folder = Path(made)
        yield _from_wheel(path, folder) if path.suffix == ".whl" else _from_revision(said, folder)


def _definitions_of(path: Path) -> Path:
    for folder in (path, path / _IN_REPOSITORY):
        if (folder / "entities").is_dir():
            return folder
    raise UsageError(f"{path} holds no model: it needs a folder `entities`, or `model/entities`")


def _from_wheel(path: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.startswith(_IN_WHEEL):
                    wheel.extract(name, folder)  # which takes `..` and roots out of a name
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path} cannot be read as a wheel; name one that is there") from error
    return _definitions_of(folder / _IN_WHEEL)


def _from_revision(said: str, folder: Path) -> Path:
    commit = (
        _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{said}^{{commit}}", wrong=said).decode().strip()
    )
    top = _git("rev-parse", "--show-toplevel", wrong=said).decode().strip()
    archive = _git("-C", top, "archive", "--format=tar", commit, _IN_REPOSITORY, wrong=said)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return _definitions_of(folder)


def _git(*words: str, wrong: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise SettingsError("revisions are read with git, which is not installed; name folders or wheels instead")
    done = subprocess.run([git, *words], capture_output=True, check=False)  # noqa: S603 - words of its own, and no shell
    if done.returncode:
        raise UsageError(
            f"`{wrong}` is no folder, no wheel and no revision with a model here; see git log -- {_IN_REPOSITORY}"
        )
    return done.stdout
