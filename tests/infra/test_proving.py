"""The script that proves things in an account: it touches only one that was named, and tells what did not hold."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from botocore.exceptions import NoCredentialsError

from infra.proving import __main__ as proving
from infra.proving.account import Account
from infra.proving.checks import CHECKS, Disproved

pytestmark = pytest.mark.aws


class Sts:
    def __init__(self, number: str) -> None:
        self._number = number

    def get_caller_identity(self) -> dict[str, str]:
        if not self._number:
            raise NoCredentialsError
        return {"Account": self._number}


def account_of(number: str) -> Account:
    return Account(SimpleNamespace(client=lambda service: Sts(number), region_name="eu-west-2"))  # type: ignore[arg-type]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    run: list[tuple[str, ...]] = []
    monkeypatch.setattr(proving, "_cdk", lambda *command: run.append(command))
    monkeypatch.setattr(proving, "_empty_buckets", lambda account: run.append(("empty",)))
    return run


@pytest.mark.parametrize("named", ["", "222222222222"])
def test_an_account_that_was_not_named_as_one_to_throw_away_is_not_touched(
    named: str, commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONECROWN_THROW_AWAY_ACCOUNT", named)
    monkeypatch.setattr(proving, "Account", lambda session: account_of("111111111111"))
    assert proving.main() == 2
    assert commands == []
    assert capsys.readouterr().err.startswith("set ONECROWN_THROW_AWAY_ACCOUNT")


def test_without_credentials_one_line_says_what_to_set(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(proving, "Account", lambda session: account_of(""))
    assert proving.main() == 2
    assert "AWS_PROFILE" in capsys.readouterr().err
    assert commands == []


def holds(account: Account) -> str:
    return "it did"


def does_not(account: Account) -> str:
    raise Disproved("it did not")


def test_everything_is_destroyed_at_the_end_whatever_was_disproved(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONECROWN_THROW_AWAY_ACCOUNT", "111111111111")
    monkeypatch.setattr(proving, "Account", lambda session: account_of("111111111111"))
    monkeypatch.setattr(proving, "CHECKS", (does_not, holds))
    assert proving.main() == 1
    assert [command[0] for command in commands] == ["deploy", "empty", "destroy"]


def test_there_are_ten_checks_and_each_says_what_it_is() -> None:
    assert len(CHECKS) == 10
    assert all(check.__doc__ for check in CHECKS)


def test_the_table_says_what_was_seen_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "CHECKS", (holds, does_not))
    said = [row[:3] for row in proving.prove(account_of("1"))]
    assert said == [("holds", "holds", "it did"), ("does not", "DOES NOT", "Disproved: it did not")]
