"""The published list of offences, as far as the invented cases need it: Common Platform's events give no class of an offence."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

from onecrown.synthesis.charges import offence_list
from onecrown.synthesis.spool import Finished

INCHOATE = "C"  # conspiracy: the list has an entry of its own for it


def write_offence_list(folder: Path, published_on: date) -> Finished:
    """Write it as the standing data have it, published on the first day of the period."""
    key = f"reference/standing_data/extract_date={published_on.isoformat()}T00:00:00/offence-code.json.gz"
    entries = [
        {
            "cjsCode": f"{offence.code}{suffix}",
            "description": offence.title,
            "homeOfficeClassification": f"{offence.ho_class}/{offence.ho_subclass}",
            "notifiableToHo": True,
            "offenceCategory": "CI" if offence.mode == "IO" else "CE",
            "offenceTitle": offence.title,
            "recordableOnPnc": True,
        }
        for offence in offence_list("")[0]
        for suffix in ("", INCHOATE)
    ]
    place = folder / key
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(json.dumps(entries, indent=1).encode(), 5, mtime=0))
    return key, len(entries), place.stat().st_size
