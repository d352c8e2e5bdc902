"""`python -m infra.inventory FOLDER`: what an environment is made of, from the templates that were written there.

Writes `docs/aws.md`: the stacks, their resources by type, and every exception to a rule with its reason. The
folder is where `make synth ENVIRONMENT=prod` has put the templates of `prod`.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "aws.md"
Templates = Mapping[str, Mapping[str, Any]]
_STACK = re.compile(r"onecrown-(?P<environment>.+)-(?P<stack>[a-z]+)\.template\.json")
ORDER = ("copies", "keys", "storage", "ledger", "catalogue", "network", "merge", "ingest", "serve", "watch")
_HEADING = """# What an environment is made of

Rendered from the templates of `prod` by `python -m infra.inventory`; a test holds this page to them."""


@dataclass(frozen=True, slots=True, order=True)
class Excused:
    """A rule, why it does not hold somewhere, and where."""

    rule: str
    reason: str
    where: str


def read_templates(folder: Path) -> Templates:
    """The templates of a folder by the stacks' short names, in the order of deployment."""
    found = {}
    for path in folder.glob("*.template.json"):
        named = _STACK.fullmatch(path.name)
        if named:
            found[named["stack"]] = json.loads(path.read_text())
    return {stack: found[stack] for stack in ORDER if stack in found}


def inventory_page(templates: Templates) -> str:
    """The page."""
    return "\n\n".join([_HEADING, _stacks(templates), _types(templates), _exceptions(templates)]) + "\n"


def _stacks(templates: Templates) -> str:
    rows = [(stack, len(template["Resources"]), template["Description"]) for stack, template in templates.items()]
    rows.append(("all", sum(count for _, count, _ in rows), ""))
    return "## Stacks, in the order of deployment\n\n" + _table(("Stack", "Resources", "Holds"), rows)


def _types(templates: Templates) -> str:
    counts = Counter(body["Type"] for template in templates.values() for body in template["Resources"].values())
    return "## Resources by type\n\n" + _table(("Type", "Count"), sorted(counts.items()))


def _exceptions(templates: Templates) -> str:
    found = sorted(set(written_exceptions(templates)))
    by_reason = Counter((one.rule, one.reason) for one in found)
    rows = [(rule, count, reason) for (rule, reason), count in sorted(by_reason.items())]
    said = (
        f"{len(found)} in all, each on its resource. Those of IAM5 are one for each pattern in a policy; "
        "the other rules of AwsSolutions hold everywhere else. cfn-lint is clean but for W3005 where CDK makes a resource "
        "wait for its role as well as for the role's policy, and E3012 of a grant on the whole catalogue."
    )
    return f"## Exceptions to cdk-nag\n\n{said}\n\n" + _table(("Rule", "Count", "Reason"), rows)


def written_exceptions(templates: Templates) -> Iterator[Excused]:
    """Every exception that a resource carries."""
    for stack, template in templates.items():
        for logical_id, body in template["Resources"].items():
            said = body.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", [])
            for rule in said:
                name, _, finding = rule["id"].partition("[")
                yield Excused(name, rule["reason"], f"{stack}/{logical_id}/{finding}")


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main(argv: Sequence[str]) -> int:
    """Write the page."""
    folder = Path(argv[0] if argv else "cdk.out/prod")
    templates = read_templates(folder)
    if not templates:
        sys.stderr.write(f"no templates in {folder}: run make synth ENVIRONMENT=prod first\n")
        return 2
    PAGE.write_text(inventory_page(templates))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
