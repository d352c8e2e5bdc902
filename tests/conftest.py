"""Every test: homes count their measures on demand, because most tests ask for none and counting costs more than a small merge."""

from __future__ import annotations

import os

os.environ["ONECROWN_MEASURES"] = "on_demand"
