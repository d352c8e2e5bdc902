"""Write a site into a folder: the pages of an edition, and nothing that an earlier edition left there."""

from __future__ import annotations

from pathlib import Path

from onecrown.errors import StorageError, UsageError
from onecrown.publishing.site.building import site_pages
from onecrown.publishing.site.edition import Edition

LISTED = ".onecrown-site"
"""The file that names every page, so that the next writing knows what is its own."""


def write_site(edition: Edition, folder: Path) -> int:
    """Write every page; give how many.

    Raises `UsageError` where the folder holds files that no site left there, and `StorageError` where it cannot be written.
    """
    _require_own(folder)
    try:
        return _written(edition, folder)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}; choose another folder") from error


def _require_own(folder: Path) -> None:
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / LISTED).is_file()):
        raise UsageError(f"{folder} holds something else than a site; choose an empty folder, or a new one")


def _written(edition: Edition, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / LISTED
    earlier = set(listed.read_text(encoding="utf-8").splitlines()) if listed.is_file() else set()
    written = []
    for name, text in site_pages(edition):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        written.append(name)
    for name in earlier.difference(written):
        (folder / name).unlink(missing_ok=True)
    listed.write_text("\n".join([*sorted(written), ""]), encoding="utf-8")
    return len(written)
