"""Gzip is undone within bounds."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from onecrown.errors import UnreadableDrop
from onecrown.receiving import expansion
from onecrown.receiving.expansion import check_encoding, expanded

MUCH = 1 << 40


def noise_of(size: int) -> bytes:
    """Bytes that do not compress."""
    return hashlib.shake_128(b"invented").digest(size)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> int:
    """Bounds a thousand times smaller, so that a test need not write much."""
    monkeypatch.setattr(expansion, "FREE_BYTES", 64_000)
    monkeypatch.setattr(expansion, "CHUNK_BYTES", 1_000)
    return 64_000


def put(folder: Path, data: bytes) -> Path:
    path = folder / "delivered"
    path.write_bytes(data)
    return path


def refused(path: Path, scratch: Path, most_bytes: int = MUCH) -> str:
    with pytest.raises(UnreadableDrop) as caught:
        expanded(path, scratch, most_bytes)
    return caught.value.rule


def test_the_bounds_are_64_megabytes_and_200_to_1() -> None:
    assert (expansion.FREE_BYTES, expansion.MOST_EXPANSION) == (64 * 1024 * 1024, 200)


def test_a_plain_file_is_read_where_it_lies(tmp_path: Path) -> None:
    path = put(tmp_path, b"plain")
    assert expanded(path, tmp_path, MUCH) == path


@pytest.mark.parametrize("parts", [1, 3], ids=["one member", "several members"])
def test_a_gzip_file_gives_its_plain_bytes(tmp_path: Path, parts: int) -> None:
    plain = noise_of(3_000_000)
    path = put(tmp_path, gzip.compress(plain) * parts)
    assert expanded(path, tmp_path, MUCH).read_bytes() == plain * parts


def test_padding_of_noughts_after_a_gzip_file_is_no_fault(tmp_path: Path) -> None:
    assert expanded(put(tmp_path, gzip.compress(b"plain") + b"\0" * 512), tmp_path, MUCH).read_bytes() == b"plain"


def test_a_small_file_may_expand_by_any_factor_up_to_the_free_bytes(tmp_path: Path, free: int) -> None:
    path = put(tmp_path, gzip.compress(bytes(free)))
    assert free / path.stat().st_size > expansion.MOST_EXPANSION
    assert expanded(path, tmp_path, MUCH).stat().st_size == free


def test_beyond_the_free_bytes_a_file_may_expand_200_to_1_and_no_more(tmp_path: Path, free: int) -> None:
    noise = noise_of(1_000)
    good, bad = gzip.compress(noise + bytes(150 * 1_000)), gzip.compress(noise + bytes(400 * 1_000))
    assert expanded(put(tmp_path, good), tmp_path, MUCH).stat().st_size == 151_000 > free
    assert refused(put(tmp_path, bad), tmp_path) == "expands_too_far"


def test_a_refused_bomb_is_not_written_out_to_its_end(tmp_path: Path, free: int) -> None:
    path = put(tmp_path, gzip.compress(bytes(50 * free)))
    assert refused(path, tmp_path) == "expands_too_far"
    bound = max(free, expansion.MOST_EXPANSION * path.stat().st_size)
    assert (tmp_path / "expanded").stat().st_size <= bound + expansion.CHUNK_BYTES < 50 * free


def test_the_contract_may_set_a_lower_bound(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress(bytes(1_001)))
    assert refused(path, tmp_path, 1_000) == "expands_too_far"
    assert expanded(path, tmp_path, 1_001).stat().st_size == 1_001


@pytest.mark.parametrize("kept", [2, 10, 100, -1], ids=["magic", "header", "body", "all but the last byte"])
def test_a_gzip_file_that_ends_early_is_truncated(tmp_path: Path, kept: int) -> None:
    data = gzip.compress(noise_of(10_000))
    assert refused(put(tmp_path, data[:kept]), tmp_path) == "truncated_gzip"


@pytest.mark.parametrize("fault", ["body", "check sum", "rubbish behind"])
def test_a_gzip_file_that_does_not_add_up_is_broken(tmp_path: Path, fault: str) -> None:
    data = gzip.compress(b"invented " * 1_000)
    broken = {
        "body": data[:20] + b"\xff\xff\xff\xff" + data[24:],
        "check sum": data[:-8] + b"\1\2\3\4" + data[-4:],
        "rubbish behind": data + b"rubbish",
    }
    assert refused(put(tmp_path, broken[fault]), tmp_path) == "broken_gzip"


@pytest.mark.parametrize("data", [b"", gzip.compress(b"")], ids=["file", "gzip"])
def test_nothing_is_an_empty_file(tmp_path: Path, data: bytes) -> None:
    assert refused(put(tmp_path, data), tmp_path) == "empty_file"


def test_the_first_byte_that_is_not_of_the_encoding_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDrop, match="byte 6 is not") as caught:
        check_encoding(put(tmp_path, b"plain \xe9t\xe9"), "utf-8")
    assert caught.value.rule == "wrong_encoding"


def test_the_place_of_a_fault_is_right_behind_a_character_cut_by_a_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expansion, "CHUNK_BYTES", 3)
    with pytest.raises(UnreadableDrop, match="byte 4 is not"):
        check_encoding(put(tmp_path, "ŵŷ".encode() + b"\xff"), "utf-8")


def test_a_character_cut_by_a_chunk_is_still_of_the_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "CHUNK_BYTES", 3)
    check_encoding(put(tmp_path, "ŵŷ 法廷 Llys y Goron".encode()), "utf-8")


def test_a_character_cut_by_the_end_of_the_file_is_not_of_the_encoding(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDrop, match="byte 5 is not"):
        check_encoding(put(tmp_path, b"plain\xc3"), "utf-8")
