"""What suppliers are told, in a bucket: `outbox/SOURCE/DROP.json` and the page beside it."""

from __future__ import annotations

from typing import Any

from onecrown.adapters.aws.refusals import refusals


class S3Outbox:
    """One environment's outbox."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, source: str, name: str, content: bytes, content_type: str) -> None:
        """Put a file for a source; one of the same name is replaced."""
        with refusals("the outbox bucket"):
            self._client.put_object(
                Bucket=self._bucket, Key=f"outbox/{source}/{name}", Body=content, ContentType=content_type
            )
