"""What AWS refuses, said once in our words: the code, which grant may lack, and what to do next. Never a value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from onecrown.errors import StorageError

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")


def code_of(error: ClientError) -> str:
    """AWS's code of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def refusals(resource: str) -> Iterator[None]:
    """Errors of AWS as `StorageError`: `resource` is the kind of thing that was asked for, such as `the ledger table`."""
    try:
        yield
    except ClientError as error:
        raise refusal(error, resource) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageError(f"{resource} cannot be reached ({type(error).__name__}); try again") from error


def refusal(error: ClientError, resource: str) -> StorageError:
    """One error in our words."""
    code, action = code_of(error), error.operation_name
    if code in _DENIED:
        return StorageError(f"denied: this role lacks the grant for {action} on {resource}; deploy its stack again")
    return StorageError(f"{resource} refused {action} ({code}); try again, and look at its service's health")
