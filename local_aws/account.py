"""The invented account of the local AWS: its number, its region and its root credentials, which open nothing else."""

from __future__ import annotations

ACCOUNT = "000000000000"
REGION = "eu-west-2"
HOST = "127.0.0.1"
ROOT_ACCESS_KEY_ID = "test"
ROOT_ACCESS_KEY = "test"


def root_environment(endpoint: str) -> dict[str, str]:
    """Environment variables with which any AWS client speaks to the local AWS as its root."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT_ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": ROOT_ACCESS_KEY,
    }
