"""Writes the data dictionary to `docs/model/`, or with `--check` says which pages have drifted from the model.

Ends with 0 where all is well, 1 where a page has drifted, 3 where the model does not load.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from onecrown.definitions.model import load_model
from onecrown.errors import DefinitionError
from onecrown.rendering.dictionary import render_dictionary


def dictionary_folder() -> Path:
    """Where the dictionary lies in a checkout."""
    return Path(__file__).resolve().parents[2] / "docs" / "model"


def drifted(folder: Path, pages: dict[str, str]) -> tuple[str, ...]:
    """What differs between a folder and the pages that belong there, each with the reason."""
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.md")}
    wrong = [f"{name}: is missing" for name in pages.keys() - there.keys()]
    wrong += [f"{name}: belongs to nothing in the model" for name in there.keys() - pages.keys()]
    wrong += [
        f"{name}: says something else than the model"
        for name in pages.keys() & there.keys()
        if there[name].read_text(encoding="utf-8") != pages[name]
    ]
    return tuple(sorted(wrong))


def write_pages(folder: Path, pages: dict[str, str]) -> None:
    """Make a folder hold these pages and no others."""
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in pages:
            path.unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the dictionary; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m onecrown.rendering.write_dictionary", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; list the pages that have drifted")
    parser.add_argument("--folder", type=Path, default=dictionary_folder(), help="where the pages lie")
    said = parser.parse_args(arguments)
    try:
        pages = render_dictionary(load_model())
    except DefinitionError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if not said.check:
        write_pages(said.folder, pages)
        return 0
    wrong = drifted(said.folder, pages)
    if wrong:
        sys.stderr.write("\n".join([*wrong, "run python -m onecrown.rendering.write_dictionary"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
