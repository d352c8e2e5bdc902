"""The invented examples of every dataset as two weeks of deliveries, for any two engines to be compared over."""

from __future__ import annotations

from pathlib import Path

from tests.merging.builders import File

EXAMPLES = Path(__file__).parents[2] / "examples" / "data"


def examples(pattern: str, extract_date: str = "") -> list[File]:
    """Files of the examples, as they would be delivered."""
    dated = f"extract_date={extract_date}/" if extract_date else ""
    return [
        File(f"{'/'.join(path.relative_to(EXAMPLES).parts[:2])}/{dated}{path.name}", path.read_bytes())
        for path in sorted(EXAMPLES.glob(pattern))
    ]


FIRST_WEEK = [
    *examples("reference/standing_data/*/*", "2026-01-01"),
    *examples("xhibit/extract*/2026-01-05/*", "2026-01-05T02:00:00"),
    *examples("libra/resulted_case/*/*", "2026-01-06T06:00:00"),
    *examples("common_platform/migrated_case/*/*", "2026-01-06T09:00:00"),
    *examples("common_platform/hearing_resulted/first/*"),
    *examples("libra/daily_court_list/*/*", "2026-01-12T18:00:00"),
]
SECOND_WEEK = [
    *examples("xhibit/extract*/2026-01-12/*", "2026-01-12T02:00:00"),
    *examples("common_platform/hearing_resulted/reshare/*"),
]
