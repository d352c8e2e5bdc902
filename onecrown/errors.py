"""Everything that can go wrong, as one tree in which the branch is the policy.

    OneCrownError
    ├── DefinitionError      our definition is wrong        fails the build        exit 3
    ├── SettingsError        our settings are wrong         fails the cold start   exit 4
    ├── UsageError           what we were asked is wrong    tells the caller       exit 2
    ├── UnreadableDrop       what we were sent is wrong     goes to quarantine     exit 0
    ├── GateFailed           what we know is not enough     stops a publication    exit 7
    ├── CommitConflict       someone committed first        the merge is redone    exit 5
    └── StorageError         the disk or the cloud said no  pages a person         exit 6
        └── OutOfMemory      a batch is too large           the batch is split

A bad record is a value (a breach of a rule), never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass


class OneCrownError(Exception):
    """The root: a message that says what is wrong and what to do next."""

    exit_code = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a definition: where it is and what to write instead."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class DefinitionError(OneCrownError):
    """One or more definitions do not hold; every mistake is reported together."""

    exit_code = 3

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        count = len(self.problems)
        heading = f"{count} mistake{'s' if count != 1 else ''} in the model:"
        super().__init__("\n".join([heading, *map(str, self.problems)]))


class SettingsError(OneCrownError):
    """A setting is missing or cannot be used."""

    exit_code = 4


class UsageError(OneCrownError):
    """The caller asked for something that is not there."""

    exit_code = 2


class UnreadableDrop(OneCrownError):
    """A delivered file cannot be read at all: it is set aside whole with this reason."""

    exit_code = 0

    def __init__(self, rule: str, expected: str) -> None:
        self.rule = rule
        self.expected = expected
        super().__init__(f"{rule}: {expected}")


class GateFailed(OneCrownError):
    """A gate that must hold before a release is published does not."""

    exit_code = 7


class CommitConflict(OneCrownError):
    """Another writer committed to the same table first; redo from fresh state."""

    exit_code = 5


class StorageError(OneCrownError):
    """The disk or the cloud refused."""

    exit_code = 6


class OutOfMemory(StorageError):
    """A batch needs more memory than there is: it is split, and a single drop that does is left as failed."""
