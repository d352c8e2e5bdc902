"""A file that a scan did not find safe is closed to everybody: it stands in no erasure's way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from merging.builders import cases, extract
from merging.homes import Home, home_of_cases

from onecrown.adapters.folder_landing import FolderLanding
from onecrown.errors import StorageError
from onecrown.flows.look_through import found_in_landing
from onecrown.flows.receive_drop import Destinations, refuse_unsafe
from onecrown.receiving.erasure_marks import Marks

EXTRACT = "xhibit/extract"


@dataclass
class Noted:
    """Whoever is handed something notes it."""

    put_files: list[str] = field(default_factory=list)

    def put(self, _source: str, name: str, _content: bytes, _content_type: str) -> None:
        self.put_files.append(name)

    def hand_over(self, _arrival: object) -> None: ...

    def wake(self) -> None: ...

    def held_since(self) -> None: ...


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_of_cases(tmp_path / "home") as opened:
        yield opened


def test_an_erasure_passes_over_a_file_that_nobody_may_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.receive(extract("case", cases("A"), "2026-01-05"))
    late = extract("case", cases("A B"), "2026-01-12")
    unsafe = home.around.landing.deliver(late.key, None, [late.data])
    noted = Noted()
    refuse_unsafe(home.around, unsafe, Destinations(noted, noted, noted))
    fetch, fetched = FolderLanding.fetch, list[str]()

    def closed(landing: FolderLanding, path: str) -> Path | None:
        if path == unsafe.path:
            raise StorageError("denied: landing is closed to what is not clean")
        fetched.append(path)
        return fetch(landing, path)

    monkeypatch.setattr(FolderLanding, "fetch", closed)
    nobody = Marks(home.around.model.contracts[EXTRACT], home.around.pseudonym_key, set())
    assert list(found_in_landing(home.around, EXTRACT, nobody)) == []
    assert len(fetched) == 1, "the other file is looked through"
