"""Identifiers that have the form of real ones and cannot be real.

Forms: CJS data standards. The police force 77 is not in use, so no URN or ASN with it is anybody's; the check letter of a
PNC identifier is the one after the right one, so it would not pass the police's own check.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from string import ascii_uppercase

_CHECK = "ZABCDEFGHJKLMNPQRTUVWXY"
UNUSED_FORCE = "77"


@lru_cache(maxsize=50_000)
def uuid_of(*parts: object) -> str:
    """A UUID of version 4's form, the same for the same parts."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:]}"


def urn(serial: int, year: int) -> str:
    """A unique reference number: force, unit, five digits, year."""
    return f"{UNUSED_FORCE}Z{ascii_uppercase[serial // 100_000 % 26]}{serial % 100_000:05d}{year % 100:02d}"


def asn(serial: int, year: int) -> str:
    """An arrest or summons number of twenty characters."""
    return f"{year % 100:02d}{UNUSED_FORCE}ZD01{serial:011d}{_CHECK[serial % 23]}"


def pnc_id(serial: int, year: int) -> str:
    """A PNC identifier: year, slash, seven digits and a letter that is not its check letter."""
    right = (year % 100 * 10_000_000 + serial) % 23
    return f"{year}/{serial % 10_000_000:07d}{_CHECK[(right + 1) % 23]}"


def short_pnc_id(long: str) -> str:
    """The form of ten characters at most that Xhibit's column holds: two digits of the year, no leading zeros."""
    year, _, rest = long.partition("/")
    return f"{year[2:]}/{rest[:-1].lstrip('0') or '0'}{rest[-1]}"


def cro_number(serial: int, year: int) -> str:
    """A criminal records office number: up to six digits, slash, year and letter."""
    return f"{serial % 900_000 + 1}/{year % 100:02d}{_CHECK[(serial + 5) % 23]}"
