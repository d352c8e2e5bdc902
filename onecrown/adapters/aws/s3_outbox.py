"""What suppliers are told, in a bucket: `outbox/SOURCE/DROP.json` and the page beside it."""

from __future__ import annotations

from onecrown.adapters.aws.bucket import Bucket


class S3Outbox:
    """One environment's outbox."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def put(self, source: str, name: str, content: bytes, content_type: str) -> None:
        """Put a file for a source; one of the same name is replaced."""
        self._bucket.put(f"outbox/{source}/{name}", content, ContentType=content_type)
