"""The page on crashes names the steps that there are."""

from __future__ import annotations

import re
from pathlib import Path

from onecrown.steps import Step

PAGE = Path(__file__).parents[2] / "docs/crashes.md"


def test_the_page_on_crashes_has_a_row_for_every_step_that_a_run_announces() -> None:
    """That a run announces each of them is `test_a_run_announces_every_step_before_and_after`."""
    embedded, _ = PAGE.read_text(encoding="utf-8").split("\n## On AWS\n")
    rows = re.findall(r"^\| ([a-z ]+) \| .+ \| .+ \|$", embedded, re.MULTILINE)
    assert rows == ["step", *(str(step) for step in Step)]
