"""Chromium without a window, driven as a reader would: a width, light or dark, the keyboard; and the rules of axe."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

HERE = Path(__file__).parent
AXE = HERE / "accessibility" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def require_browser() -> tuple[str, str]:
    """The browser and its driver; skips the test with the reason where one is not here."""
    binary = next((found for name in NAMES if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    missing = [
        what
        for what, found in (("Chromium", binary), ("chromedriver", driver), ("axe-core", AXE.exists()))
        if not found
    ]
    if missing and not os.environ.get("ONECROWN_NEEDS_BROWSER"):
        pytest.skip(f"not here: {', '.join(missing)}; make ready-browser")
    assert not missing, f"not here: {', '.join(missing)}; make ready-browser"
    return str(binary), str(driver)


@dataclass
class Reader:
    """Somebody who reads a folder of pages."""

    driver: webdriver.Chrome
    folder: Path

    def sees(self, width: int, scheme: str = "light") -> Reader:
        """From now on with a screen of so many pixels, light or dark."""
        said = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", said)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})
        return self

    def prints(self) -> Reader:
        """From now on as printed."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        return self

    def opens(self, page: str) -> Reader:
        self.driver.get((self.folder / page).as_uri())
        return self

    def presses(self, *keys: str) -> Reader:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)
        return self

    def finds(self, script: str) -> Any:
        """What a line of JavaScript gives."""
        return self.driver.execute_script(f"return {script}")

    def faults(self) -> list[str]:
        """What axe finds wrong, with the places."""
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "const done = arguments[1]; axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(r => done(r.violations))",
            RULES,
        )
        return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"][:3]]


__all__ = ["By", "Keys", "Reader", "Service", "require_browser", "webdriver"]
