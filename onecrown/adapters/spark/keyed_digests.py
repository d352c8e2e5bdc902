"""Keyed digests in Spark: a registered function, so that no part of the key stands in a plan's text."""

from __future__ import annotations

import hashlib

from pyspark.sql import SparkSession
from pyspark.sql.types import StringType

from onecrown.adapters.spark.spark_functions import KEYED


def register_keyed(session: SparkSession, inner_pad: bytes, outer_pad: bytes) -> None:
    """Register the digest that `onecrown.sql.keyed_ids` writes in SQL."""

    def keyed(said: str | None) -> str | None:
        if said is None:
            return None
        inner = hashlib.sha256(inner_pad + said.encode()).digest()
        return hashlib.sha256(outer_pad + inner).hexdigest()[:32]

    session.udf.register(KEYED, keyed, StringType())
