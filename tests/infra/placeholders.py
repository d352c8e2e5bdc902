"""Code packages as `python -m infra.packages` builds them, with next to nothing in them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from infra.code_packages import JOBS


def placeholder_packages(folder: Path) -> Path:
    """Write them into a new folder."""
    (folder / "glue").mkdir(parents=True)
    with zipfile.ZipFile(folder / "lambda.zip", "w") as archive:
        archive.writestr("placeholder.py", "PLACEHOLDER = True\n")
    for job in JOBS:
        (folder / "glue" / f"{job}.py").write_text(f"JOB = {job!r}\n")
    with zipfile.ZipFile(folder / "glue" / "onecrown.gluewheels.zip", "w") as archive:
        archive.writestr("wheels/placeholder.txt", "placeholder")
    return folder
