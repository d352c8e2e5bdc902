"""The page that says what an environment is made of says what the templates say."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.inventory import PAGE, inventory_page, main, read_templates
from tests.infra.system import System

pytestmark = pytest.mark.aws


def test_the_page_says_what_the_templates_say(prod: System) -> None:
    said = "write it anew: make synth ENVIRONMENT=prod && python -m infra.inventory"
    assert PAGE.read_text() == inventory_page(read_templates(prod.folder)), said


def test_a_resource_more_changes_the_page(prod: System) -> None:
    templates = prod.broken().templates
    templates["watch"]["Resources"]["More"] = {"Type": "AWS::CloudWatch::Alarm"}
    assert inventory_page(templates) != inventory_page(prod.templates)


def test_a_folder_without_templates_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "make synth" in capsys.readouterr().err
