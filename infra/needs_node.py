"""Imported before CDK, which looks for node while it is imported: says what to install where there is none."""

from __future__ import annotations

import os
import shutil
import sys

MISSING = "node is missing, which CDK runs on: install Node.js 20 or newer, or say in JSII_NODE where it is\n"

if not (os.environ.get("JSII_NODE") or shutil.which("node")):
    sys.stderr.write(MISSING)
    raise SystemExit(2)
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")  # twelve lines in front of every message
