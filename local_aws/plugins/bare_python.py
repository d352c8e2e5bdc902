"""A Python without any installed package: what runs in it has the standard library and what it brings along."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def bare_python(folder: Path) -> Path:
    """The program, written into a folder."""
    program = folder / "bare-python"
    if not program.exists():
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S -s "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    return program
