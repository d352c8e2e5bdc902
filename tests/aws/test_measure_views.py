"""Views of measures in Glue's catalogue, against a fake of it in process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from onecrown.adapters.aws.athena_view import columns_of_view, is_view, sql_of_view
from onecrown.adapters.aws.measure_views import MeasureViews
from onecrown.definitions.model import load_model
from onecrown.rendering.measure_views import measure_views
from onecrown.rendering.table_columns import MEASURES

pytestmark = pytest.mark.aws


@pytest.fixture
def glue() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("glue", region_name="eu-west-2")
        client.create_database(DatabaseInput={"Name": MEASURES})
        yield client


def test_every_view_of_the_model_is_put_once_as_athena_reads_it(glue: Any) -> None:
    views = measure_views(load_model())
    assert MeasureViews(glue).put(views.values()) == len(views) > 0
    assert MeasureViews(glue).put(views.values()) == 0
    for view in views.values():
        table = glue.get_table(DatabaseName=MEASURES, Name=view.layout.name)["Table"]
        assert is_view(table)
        assert sql_of_view(table) == view.sql
        assert [*columns_of_view(table)] == [column.name for column in view.layout.columns]


def test_a_view_that_says_something_else_is_put_right(glue: Any) -> None:
    views = measure_views(load_model())
    caseload = views[f"{MEASURES}.caseload_view"]
    MeasureViews(glue).put([caseload])
    stands = glue.get_table(DatabaseName=MEASURES, Name="caseload_view")["Table"]
    glue.update_table(
        DatabaseName=MEASURES,
        TableInput={
            "Name": "caseload_view",
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": "/* Presto View: e30= */",
        },
    )
    assert MeasureViews(glue).put([caseload]) == 1
    mended = glue.get_table(DatabaseName=MEASURES, Name="caseload_view")["Table"]
    assert mended["ViewOriginalText"] == stands["ViewOriginalText"]
