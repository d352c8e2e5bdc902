"""What one building of the site shows: a release, or the tables as they stand, with their values and what the words mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from onecrown.definitions.measures import Measure, Measures
from onecrown.definitions.model import Model
from onecrown.publishing.manifest import ExportedFile, GateRecord
from onecrown.publishing.quality import QualityTable
from onecrown.publishing.site.names import Names
from onecrown.publishing.site.values import Values


class Standing(Enum):
    """How far the numbers may be relied on. The value is what a page says."""

    FINAL = "Final"
    PROVISIONAL = "Provisional"
    NOT_A_RELEASE = "Not a release"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers are from. `name` is a release's, empty where it is none; `model_digest` that of the model it was made by, `files` a release's."""

    name: str
    standing: Standing
    made_at: datetime
    batch_id: str
    drop_count: int
    model_digest: str
    package_version: str
    files: tuple[ExportedFile, ...] = ()

    @property
    def said(self) -> str:
        """What a chart's note calls it: Release 2025-Q4 (provisional)."""
        if self.standing is Standing.NOT_A_RELEASE:
            return f"Not a release: batch {self.batch_id.partition('-')[0]}"
        return f"Release {self.name} ({self.standing.value.lower()})"


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that the pages show. `measures` and `model` are the definitions at hand."""

    source: Source
    values: Values
    model: Model
    measures: Measures
    gates: tuple[GateRecord, ...]
    quality: Mapping[str, QualityTable]
    names: Names
    model_digest: str

    def measure(self, measure_id: str) -> Measure | None:
        """A measure of the registry; None where an older release has one that is there no more."""
        return self.measures.measures.get(measure_id)

    def is_stock(self, measure_id: str) -> bool:
        """Whether a measure is counted at the end of a period and not over it."""
        measure = self.measure(measure_id)
        return measure is not None and measure.kind == "stock"

    def title_of(self, measure_id: str) -> str:
        """A measure's title, or its id where the registry has it no more."""
        measure = self.measure(measure_id)
        return measure.title if measure else measure_id
