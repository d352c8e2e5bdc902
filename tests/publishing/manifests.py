"""An invented manifest."""

from __future__ import annotations

from datetime import UTC, datetime

from onecrown.publishing.manifest import ExportedFile, GateRecord, Manifest, Override, PinnedTable
from onecrown.publishing.release_names import read_release_name


def invented_manifest(name: str = "2025-Q4") -> Manifest:
    """A release with one of everything."""
    return Manifest(
        name=read_release_name(name),
        standing="provisional",
        correction="",
        made_at=datetime(2026, 2, 2, 9, 30, tzinfo=UTC),
        made_by="a statistician",
        batch_id="20260202T090000-invented",
        drops={"xhibit/extract": 3},
        model_digest="ab" * 32,
        versions={"lifecycle.case_open": 2, "measures.receipts": 1},
        package_version="0.1.0",
        tables=(
            PinnedTable("onecrown_measures.measure_value", 41, {"measure_id": "varchar", "value": "double"}),
            PinnedTable("onecrown_ops.drop", 42, {"drop_id": "varchar", "merged_at": "timestamp(3)"}),
        ),
        gates=(
            GateRecord(
                "stock_and_flow", "Stock and flow", 2.5, 0.4, False, True, "2.5 percent", "known, mended in May"
            ),
        ),
        overrides=(Override("stock_and_flow", "known, mended in May", "a statistician"),),
        files=(ExportedFile("data/measure_value.parquet", "cd" * 32, 1234),),
    )
