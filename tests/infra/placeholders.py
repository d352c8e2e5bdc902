"""Code packages as `python -m infra.packages` builds them, with next to nothing in them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from infra.code_packages import JOBS


def placeholder_packages(folder: Path) -> Path:
    """Write them into a new folder."""
    (folder / "lambda").mkdir(parents=True)
    (folder / "lambda" / "placeholder.py").write_text("PLACEHOLDER = True\n")
    (folder / "glue").mkdir()
    for job in JOBS:
        (folder / "glue" / f"{job}.py").write_text(f"JOB = {job!r}\n")
    with zipfile.ZipFile(folder / "glue" / "onecrown.gluewheels.zip", "w") as archive:
        archive.writestr("wheels/placeholder.txt", "placeholder")
    return folder
