"""Glue job: bring the tables to the model, and tag their columns. `--allow_destructive yes` lets values be lost."""

from __future__ import annotations

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.column_tags import ColumnTags
from onecrown.adapters.aws.measure_views import MeasureViews
from onecrown.deployed.job import job
from onecrown.flows.migrate_tables import migrate_tables
from onecrown.rendering.measure_views import measure_views
from onecrown.rendering.table_tags import column_tags, view_tags


def main() -> None:
    """Make and alter tables from the model, then tag: running it again changes nothing."""
    with job("migrate_tables") as at_work:
        home = at_work.place.home
        done = migrate_tables(home, allow_destructive=at_work.arguments.get("allow_destructive") == "yes")
        views = measure_views(home.model).values()
        put = MeasureViews(client("glue")).put(views)
        tags = ColumnTags(client("lakeformation"), at_work.place.settings.environment)
        tagged = tags.apply([*column_tags(home.model), *view_tags(view.layout for view in views)])
        said = {"differences": len(done.applied), "views": put, "columns_tagged": tagged, "then": list(done.then)}
        at_work.logger.info("migrated", extra=said)


if __name__ == "__main__":
    main()
