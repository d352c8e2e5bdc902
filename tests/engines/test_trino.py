"""Trino, the engine behind Athena, reads in every table what the embedded engine reads, and answers its queries alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from onecrown.definitions.model import load_model, model_folder
from onecrown.flows.maintain_tables import Keeping, maintain_tables
from onecrown.flows.pinned_tables import pinned_tables
from onecrown.flows.table_plans import Limits
from onecrown.publishing.pinned_views import athena_view, embedded_view
from onecrown.rendering.dictionary_queries import read_examples
from onecrown.rendering.history_views import versions_sql
from onecrown.rendering.table_layouts import HISTORY
from tests.merging.homes import home_in
from tests.publishing.manifests import invented_manifest

from .example_weeks import FIRST_WEEK, SECOND_WEEK, examples
from .trino_archive import TrinoMissing, java, server
from .trino_home import Both, fingerprint, make_every_table, quoted, texts
from .trino_server import running_trino

pytestmark = pytest.mark.long
QUERIES = {example.title: example.sql for example in read_examples(model_folder() / "examples.yaml")}
VIEWS = (  # members of lists, of shares and of messages; upserts; counts that a control file promises
    "xhibit_extract_charge_versions",
    "common_platform_hearing_resulted_result_versions",
    "libra_resulted_case_result_versions",
    "libra_resulted_case_case_versions",
    "xhibit_extract_control_control_versions",
)
SOON = Limits(most_delete_files=1, most_small_files=1)
AS_THE_FIRST = examples("xhibit/extract*/2026-01-05/*", "2026-01-19T02:00:00")


def _to_the_millisecond(cell: Any) -> Any:
    """An instant without a zone as Trino writes it."""
    return cell.isoformat(" ", "milliseconds") if isinstance(cell, datetime) else cell


def athena_of(sql: str) -> str:
    """A view's SELECT in Athena's words."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for digest in list(tree.find_all(exp.SHA2)):
        digest.set("this", exp.Anonymous(this="to_utf8", expressions=[digest.this]))
    return tree.sql("athena")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A home of every contract after two weeks, whose second changed rows and took some away, and Trino beside it."""
    try:
        java(), server()
    except TrinoMissing as missing:
        pytest.skip(str(missing))
    with (
        home_in(tmp_path_factory.mktemp("home"), load_model()) as home,
        running_trino(tmp_path_factory.mktemp("trino")) as trino,
    ):
        home.run(*FIRST_WEEK)
        home.run(*SECOND_WEEK)
        make_every_table(home)
        yield Both(home, trino)


def read_alike(both: Both) -> None:
    """Every table has one fingerprint on both engines, and they are not all empty."""
    different, count = [], 0
    for full_name in both.register():
        ours, theirs = map(fingerprint, both.rows(full_name))
        count += ours[0]
        if ours != theirs:
            different.append(f"{full_name}: {ours} and {theirs}")
    assert not different
    assert count > 0


def test_every_table_reads_alike_after_each_batch_and_after_compaction(both: Both) -> None:
    read_alike(both)
    both.home.run(*AS_THE_FIRST)
    read_alike(both)
    deletes = both.delete_files()
    assert deletes > 0, "the batches left nothing for Trino to leave out"
    maintain_tables(both.home.around, Keeping(limits=SOON))
    assert both.delete_files() < deletes
    read_alike(both)


@pytest.mark.parametrize("title", QUERIES)
def test_an_analysts_query_has_the_same_rows_on_both(title: str, both: Both) -> None:
    both.register()
    ours, theirs = texts(both.home.query(QUERIES[title])), texts(both.trino.run(QUERIES[title]).rows)
    assert ours, "the query finds something"
    assert fingerprint(theirs) == fingerprint(ours)


def test_every_view_of_a_release_has_the_same_rows_on_both(both: Both) -> None:
    both.register()
    around, different, count = both.home.around, [], 0
    with around.engine() as con:
        _, tables = pinned_tables(around, con)
        release = replace(invented_manifest("2026-Q4"), tables=tables)
        for pinned in tables:
            relation = around.tables.relation(pinned.table, pinned.snapshot_id)
            found = con.execute(f"SELECT * FROM {embedded_view(release, pinned, relation)}").fetchall()
            ours = [[_to_the_millisecond(cell) for cell in row] for row in found]
            theirs = both.trino.run(athena_view(release, pinned)).rows
            count += len(ours)
            if fingerprint(sorted(texts(ours))) != fingerprint(sorted(texts(theirs))):
                different.append(pinned.table)
    assert not different
    assert count > 0 and len(tables) > 20


@pytest.mark.parametrize("view", VIEWS)
def test_the_versions_of_a_record_type_are_the_same_on_both(view: str, both: Both) -> None:
    both.register()
    said = versions_sql(both.home.around.model, f"{HISTORY}.{view}", quoted)
    assert said is not None
    ours = sorted(texts(both.home.query(f"SELECT * FROM {HISTORY}.{view}")))
    theirs = sorted(texts(both.trino.run(athena_of(said)).rows))
    assert ours, "there are versions"
    assert fingerprint(theirs) == fingerprint(ours)
