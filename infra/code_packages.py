"""The built code that functions and jobs are deployed with, as `python -m infra.packages` leaves it in `build/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onecrown.errors import UsageError

FUNCTIONS = ("receive_drop", "sweep")
JOBS = (
    *("merge_drops", "receive_large_drop", "maintain_tables", "migrate_tables", "backfill", "resolve_persons"),
    "publish_release",
)


@dataclass(frozen=True, slots=True)
class CodePackages:
    """A folder with the functions' code in `lambda.zip`, the jobs' scripts and their wheels in `glue/`."""

    folder: Path

    @property
    def functions(self) -> Path:
        """The archive that is one function's code and everything that it imports."""
        return self.folder / "lambda.zip"

    @property
    def wheels(self) -> Path:
        """The zip of wheels that Glue installs before a job starts: it knows such a zip by the end of its name."""
        return self.folder / "glue" / "onecrown.gluewheels.zip"

    def script(self, job: str) -> Path:
        """A job's script."""
        return self.folder / "glue" / f"{job}.py"


def read_packages(folder: Path) -> CodePackages:
    """The packages in a folder. Raises `UsageError` where one is not built."""
    packages = CodePackages(folder.resolve())
    scripts = [packages.script(job) for job in JOBS]
    missing = [path for path in (packages.functions, packages.wheels, *scripts) if not path.is_file()]
    if missing:
        names = ", ".join(path.relative_to(packages.folder).as_posix() for path in missing)
        raise UsageError(f"the code packages are not built ({names}): run python -m infra.packages")
    return packages
