"""Laws of the comparison, over every small version that there can be of a definition, and over invented deliveries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.definitions.contracts import Contract, Field, Rule
from onecrown.definitions.gates import Gate
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model
from onecrown.rendering.model_changes.comparing import changes
from onecrown.rendering.model_changes.contracts_said import contract_said
from onecrown.rendering.model_changes.entities_said import entity_said
from onecrown.rendering.model_changes.laws import ChangeClass
from onecrown.rendering.model_changes.measures_said import gate_said
from onecrown.rendering.model_changes.said import Catalogue, catalogue_of
from onecrown.rendering.model_changes.versions import ModelVersion, model_changes

from .invented import CHARGE, CHARGES, CONTRACT, GATE, LATE, NO_NUMBER, VERSION, column


def test_between_a_version_and_itself_nothing_changed() -> None:
    model = load_model()
    said = ModelVersion(model, load_lifecycle(model))
    assert model_changes(said, said) == []
    assert model_changes(VERSION, VERSION) == []


def columns() -> Iterator[Catalogue]:
    yield catalogue_of(entity_said(CHARGE))
    said = product(("int", "long", "string"), (True, False), ("official", "public"), ("", "plea"), (("a",), ("a", "b")))
    for kind, required, sensitivity, code_list, sources in said:
        new = column(
            "new", 9, type=kind, required=required, sensitivity=sensitivity, code_list=code_list, survivorship=sources
        )
        yield catalogue_of(entity_said(replace(CHARGE, columns=(*CHARGE.columns, new))))


def contracts() -> Iterator[Catalogue]:
    flag, reject = LATE, replace(LATE, severity="reject")
    rules: tuple[tuple[Rule, ...], ...] = (
        *((), (flag,), (reject,)),
        *((replace(flag, when="r.plea = 'X'"),), (replace(reject, when="r.plea = 'X'"),)),
    )
    for version, chosen, kind, hours in product((1, 2), rules, ("text", "integer"), (0, 24)):
        yield catalogue_of(contract_said(_contract(version, chosen, kind, hours)))


def _contract(version: int, rules: tuple[Rule, ...], kind: str, hours: int) -> Contract:
    records = replace(CHARGES, fields=(*CHARGES.fields, Field("size", path="size", type=kind)))
    return replace(CONTRACT, version=version, rules=rules, late_after_hours=hours, record_types={"charge": records})


def gates() -> Iterator[Catalogue]:
    yield {}
    for stops, limit, value, fails in product((True, False), (4.0, 5.0), ("SELECT 1", "SELECT 2"), ("fails", "passes")):
        yield catalogue_of(gate_said(_gate(stops, limit, value, fails)))


def _gate(stops: bool, limit: float, value: str, fails: str) -> Gate:
    (part,) = GATE.parts
    parts = (replace(part, threshold=replace(part.threshold, limit=limit)),)
    return replace(GATE, is_stopping=stops, parts=parts, value=value, without_data=fails)


def breaks(before: Catalogue, after: Catalogue) -> bool:
    return any(said.change is ChangeClass.broken for said in changes(before, after))


@pytest.mark.parametrize("versions", [columns, contracts, gates], ids=["columns", "contracts", "gates"])
def test_changes_that_break_nothing_break_nothing_one_after_the_other(
    versions: Callable[[], Iterator[Catalogue]],
) -> None:
    every = list(versions())
    count = range(len(every))
    harmless = [[not breaks(before, after) for after in every] for before in every]
    assert all(harmless[at][at] for at in count)
    skipped = [
        (a, b, c)
        for a in count
        for b in count
        if harmless[a][b]
        for c in count
        if harmless[b][c] and not harmless[a][c]
    ]
    assert not skipped


@pytest.mark.parametrize("versions", [columns, gates], ids=["columns", "gates"])
def test_what_widens_one_way_breaks_the_other(versions: Callable[[], Iterator[Catalogue]]) -> None:
    every = list(versions())
    for before, after in product(every, every):
        widens = {ChangeClass.widened, ChangeClass.added} & {said.change for said in changes(before, after)}
        if widens and not breaks(before, after):
            assert breaks(after, before)


CONDITIONS: dict[str, Callable[[dict[str, str]], bool]] = {
    "r.plea IS NULL": lambda record: "plea" not in record,
    "r.plea = 'L'": lambda record: record.get("plea") == "L",
    "r.number = '7'": lambda record: record.get("number") == "7",
}
TYPES = {"text": r".*", "integer": r"-?\d+", "date": r"\d{4}-\d\d-\d\d"}
texts = st.sampled_from(["L", "7", "-1", "2001-02-03", "x", ""])
records = st.dictionaries(st.sampled_from(["case", "number", "plea", "charged"]), texts)
conditions = st.builds(
    replace,
    st.sampled_from([LATE, NO_NUMBER]),
    when=st.sampled_from(sorted(CONDITIONS)),
    severity=st.sampled_from(["flag", "reject"]),
)


@st.composite
def promises(draw: st.DrawFn) -> Contract:
    fields = tuple(replace(f, type=draw(st.sampled_from(sorted(TYPES)))) for f in CHARGES.fields)
    demanded = tuple(sorted(draw(st.sets(st.sampled_from(["case", "number", "plea"])))))
    rules = draw(st.lists(conditions, max_size=2, unique_by=lambda rule: rule.rule_id))
    said = replace(CHARGES, fields=fields, columns=demanded)
    return replace(CONTRACT, version=draw(st.integers(1, 3)), record_types={"charge": said}, rules=tuple(rules))


def accepts(contract: Contract, record: dict[str, str]) -> bool:
    """What a contract means, said once more and simply."""
    said = contract.record_types["charge"]
    typed = all(re.fullmatch(TYPES[f.type], record[f.path]) for f in said.fields if record.get(f.path))
    broken = any(CONDITIONS[rule.when](record) for rule in contract.rules if rule.severity == "reject")
    return set(said.columns) <= record.keys() and typed and not broken


@given(promises(), promises(), st.lists(records, min_size=1, max_size=20))
def test_what_a_contract_accepted_it_accepts_still_unless_something_is_told_as_broken(
    before: Contract, after: Contract, delivered: Sequence[dict[str, str]]
) -> None:
    lost = [record for record in delivered if accepts(before, record) and not accepts(after, record)]
    assert not lost or breaks(catalogue_of(contract_said(before)), catalogue_of(contract_said(after)))
