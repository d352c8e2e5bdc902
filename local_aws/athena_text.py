"""Values as Athena writes them into results."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any


def athena_text(value: Any) -> str | None:
    """The text of one value; None for NULL."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, (bytes, bytearray)):
        return value.hex(" ")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_inner(item)}' for key, item in value.items())}}}"
    return str(value)


def _inner(value: Any) -> str:
    return "null" if value is None else str(athena_text(value))


def _instant(value: datetime) -> str:
    """Milliseconds, and the zone where there is one."""
    is_zoned = value.tzinfo is not None
    at = value.astimezone(UTC) if is_zoned else value
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}{' UTC' if is_zoned else ''}"


def _double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value and not 1e-3 <= abs(value) < 1e7:
        digits, exponent = repr(value * 1.0).lower().partition("e")[::2]
        if not exponent:
            shift = math.floor(math.log10(abs(value)))
            return f"{json.dumps(value / 10**shift)}E{shift}"
        return f"{digits if '.' in digits else f'{digits}.0'}E{int(exponent)}"
    return repr(value)
