"""The text of keys, JSON in canonical form, and the hash of a record."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.receiving.canonical import canonical_json, parse_json, plain_text
from onecrown.receiving.documents import Pruning
from onecrown.receiving.json_documents import own_text
from onecrown.sql.digests import digest, key_text
from onecrown.sql.quoting import encoded_key

from .homes import Home
from .invented import EVENTS, event, event_tree, relaxed

unicode = st.text(st.characters(exclude_categories=["Cs"]))
keyish = st.text("ab|\\'\"é ", max_size=6)
parts = st.lists(st.none() | keyish | unicode, min_size=1, max_size=4)


@relaxed
@given(parts)
def test_a_key_has_the_same_text_in_python_and_in_sql(said: list[str | None]) -> None:
    sql = f"SELECT {encoded_key('CAST(? AS VARCHAR)' for _ in said)}"
    assert duckdb.connect().execute(sql, said).fetchone() == (key_text(said),)


@relaxed
@given(st.lists(keyish, min_size=1, max_size=3), st.lists(keyish, min_size=1, max_size=3))
def test_two_keys_never_have_one_text(one: list[str], other: list[str]) -> None:
    assert (key_text(one) == key_text(other)) == (one == other)


def test_a_key_with_a_missing_part_is_no_key() -> None:
    assert key_text(["a", None]) is None
    assert key_text(["a", ""]) == "a|"


def canonical(text: str) -> str:
    return canonical_json(parse_json(text))


NUMBERS = [
    "1",
    "1.0",
    "1.50",
    "1e5",
    "1E5",
    "1E+05",
    "-0",
    "-0.0",
    "0.10",
    "12345678901234567890123456789",
    "1e400",
    "-1.5e-300",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_kept_as_it_was_delivered(number: str) -> None:
    assert canonical(f'{{"b": [{number}], "a": {number}}}') == f'{{"a":{number},"b":[{number}]}}'
    assert plain_text(parse_json(number)) == number


FORMS = {
    '{"b": 1, "a": 2}': '{"a":2,"b":1}',
    '{"b":\n{"d":1,\t"c":[ ]}}': '{"b":{"c":[],"d":1}}',
    '{"\\u0061": "\\u00e9"}': '{"a":"é"}',
    '{"a": "\\/"}': '{"a":"/"}',
    '{"a": "\\u0000\\u001f\\n\\"\\\\"}': '{"a":"\\u0000\\u001f\\n\\"\\\\"}',
    '{"a": "\\ud83d\\ude00"}': '{"a":"😀"}',
    '{"é": 1, "z": 2, "a": 3, "B": 4}': '{"B":4,"a":3,"z":2,"é":1}',
    "[true, false, null]": "[true,false,null]",
}


@pytest.mark.parametrize("text", list(FORMS))
def test_json_has_one_canonical_form(text: str) -> None:
    assert canonical(text) == FORMS[text]


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "01", "1.", "{'a': 1}", '{"a": 1,}', "", "[" * 201 + "1" + "]" * 201]
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_json(text)


def test_two_hundred_levels_are_not_too_deep() -> None:
    assert canonical("[" * 200 + "]" * 200) == "[" * 200 + "]" * 200


values = st.recursive(
    st.none() | st.booleans() | st.integers() | unicode,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(unicode, inner, max_size=3),
    max_leaves=8,
)


@relaxed
@given(values)
def test_canonical_json_says_the_same_and_is_its_own_canonical_form(value: Any) -> None:
    text = canonical(json.dumps(value))
    assert json.loads(text) == value
    assert canonical(text) == text


@relaxed
@given(values, st.randoms())
def test_the_order_of_names_and_blanks_do_not_change_the_form(value: Any, shuffle: Any) -> None:
    def shuffled(said: Any) -> Any:
        if isinstance(said, list):
            return [shuffled(item) for item in said]
        if not isinstance(said, dict):
            return said
        names = list(said)
        shuffle.shuffle(names)
        return {name: shuffled(said[name]) for name in names}

    assert canonical(json.dumps(shuffled(value), indent=2)) == canonical(json.dumps(value))


@relaxed
@given(unicode)
def test_a_digest_is_the_first_16_bytes_of_sha_256_in_python_and_in_sql(text: str) -> None:
    assert digest(text) == hashlib.sha256(text.encode()).hexdigest()[:32]
    assert duckdb.connect().execute("SELECT left(sha256(?), 32)", [text]).fetchone() == (digest(text),)


@relaxed
@given(values)
def test_canonical_json_is_read_by_duckdb_as_the_same_text_has_the_same_hash(value: Any) -> None:
    text = canonical(json.dumps({"said": value}))
    assert duckdb.connect().execute("SELECT left(sha256(?), 32)", [text]).fetchone() == (digest(text),)
    assert duckdb.connect().execute("SELECT json_valid(?)", [text]).fetchone() == (True,)


def test_a_records_text_leaves_out_the_records_below_it() -> None:
    tree = parse_json('{"id": 1, "offences": [{"id": 2}], "deep": {"keep": 1.50, "plea": {}}}')
    assert (
        own_text(tree, Pruning({"offences": None, "deep": Pruning({"plea": None})})) == '{"deep":{"keep":1.50},"id":1}'
    )


# --- through a home ----------------------------------------------------------------------------------------------------


def hearing_hash(home: Home, data: bytes) -> str:
    [row] = home.judged(home.received(f"{EVENTS}/a.json", data), "hearing")
    return str(row["_hash"])


def test_numbers_reach_the_judged_record_as_they_were_delivered(home: Home) -> None:
    data = event(1, odd="NUMBERS").replace(b'"NUMBERS"', b"[1.0, 1.50, 1e5, -0, 12345678901234567890123]")
    [row] = home.judged(home.received(f"{EVENTS}/a.json", data), "hearing")
    assert '"odd":[1.0,1.50,1e5,-0,12345678901234567890123]' in row["_text"]


def test_layout_and_order_of_names_do_not_change_the_record_hash(home: Home) -> None:
    tree = event_tree(1)
    turned = {name: tree[name] for name in reversed(tree)} | {"hearing": dict(reversed(tree["hearing"].items()))}
    hashes = {
        hearing_hash(home, data)
        for data in (event(1), json.dumps(tree, indent=4).encode(), json.dumps(turned).encode())
    }
    assert len(hashes) == 1


def test_a_field_that_the_contract_does_not_know_changes_the_record_hash(home: Home) -> None:
    assert len({hearing_hash(home, data) for data in (event(1), event(1, unheardOf=1), event(1, unheardOf=1.5))}) == 3


def test_a_change_in_a_child_record_does_not_change_the_hash_of_its_parent(home: Home) -> None:
    changed = event(1).replace(b'"GUILTY"', b'"NOT_GUILTY"')
    assert changed != event(1)
    assert hearing_hash(home, event(1)) == hearing_hash(home, changed)
