"""The rules of a case's life, read from `model/lifecycle/`: rules, sets of codes, numbers, and the SQL that uses them."""

from __future__ import annotations

from dataclasses import dataclass

FOLDER = "lifecycle"


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision, in plain words; `line` is where `rules.yaml` says it. `decided_by` in a row is `rule_id/version`."""

    rule_id: str
    version: int
    function: str
    meaning: str
    source: str
    edge_cases: tuple[str, ...]
    line: int

    @property
    def mark(self) -> str:
        """What a row says that this rule decided: `case_disposed/1`."""
        return f"{self.rule_id}/{self.version}"


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes that mean the same to a rule."""

    name: str
    meaning: str
    source: str
    codes: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that a rule needs."""

    name: str
    value: int
    meaning: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One SQL file: a function, whose rows are for readers, or a step on which functions build.

    `sql` is Athena's, without the header; it reads `onecrown.<entity>` and `lifecycle.<piece>`.
    """

    name: str
    is_function: bool
    grain: str
    why: str
    rules: tuple[str, ...]
    reads: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Everything that status, receipt, disposal and the like are worked out by."""

    meaning: str
    owner: str
    standing: str
    parameters: dict[str, Parameter]
    code_sets: dict[str, CodeSet]
    rules: dict[str, Rule]
    pieces: dict[str, Piece]

    def functions(self) -> tuple[Piece, ...]:
        """The functions, by name."""
        return tuple(piece for piece in self.pieces.values() if piece.is_function)

    def needed(self, name: str) -> tuple[Piece, ...]:
        """A piece and all that it builds on, each after what it reads; raises `KeyError` where there is none."""
        ordered: dict[str, Piece] = {}
        self._gather(self.pieces[name], ordered)
        return tuple(ordered.values())

    def _gather(self, piece: Piece, ordered: dict[str, Piece]) -> None:
        for read in piece.reads:
            if read not in ordered:
                self._gather(self.pieces[read], ordered)
        ordered[piece.name] = piece
