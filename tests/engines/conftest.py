from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from onecrown.adapters.spark.session import open_session, require_spark
from onecrown.errors import SettingsError


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """The one Spark session of these tests; it takes seconds to start."""
    try:
        require_spark()
    except SettingsError as error:
        if os.environ.get("ONECROWN_NEEDS_SPARK"):
            pytest.fail(str(error))  # asked for: what compared nothing may not pass
        pytest.skip(str(error))
    session = open_session()
    yield session
    session.stop()
