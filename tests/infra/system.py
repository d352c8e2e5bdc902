"""An environment's templates, read as one system: what names what, over the borders of stacks."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from infra.app import FEATURES, build
from infra.code_packages import read_packages
from infra.config import Environment


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a template."""

    stack: str
    logical_id: str
    body: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.body["Type"])

    @property
    def properties(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.body.get("Properties", {})
        return said

    @property
    def reasons(self) -> dict[str, str]:
        said = self.body.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", [])
        return {rule["id"]: rule["reason"] for rule in said}

    @property
    def label(self) -> str:
        return f"{self.stack}/{self.logical_id}"


@dataclass(frozen=True, slots=True)
class System:
    """The templates of an environment by the stack's short name, and what CDK's assembly says of each stack."""

    environment: Environment
    folder: Path
    templates: dict[str, dict[str, Any]]

    def resources(self, *kinds: str) -> Iterator[Resource]:
        for stack, template in self.templates.items():
            for logical_id, body in template["Resources"].items():
                if not kinds or body["Type"] in kinds:
                    yield Resource(stack, logical_id, body)

    def one(self, kind: str, **properties: object) -> Resource:
        (found,) = [r for r in self.resources(kind) if properties.items() <= r.properties.items()]
        return found

    def origin(self, stack: str, value: Any) -> tuple[str, str]:
        """The stack and logical id of the resource that a value names."""
        if isinstance(value, dict) and "Fn::ImportValue" in value:
            return self._exported(value["Fn::ImportValue"])
        if isinstance(value, dict) and "Fn::GetAtt" in value:
            return stack, value["Fn::GetAtt"][0]
        if isinstance(value, dict) and "Ref" in value:
            return stack, value["Ref"]
        return "", str(value)

    def _exported(self, name: str) -> tuple[str, str]:
        for stack, template in self.templates.items():
            for output in template.get("Outputs", {}).values():
                if output.get("Export", {}).get("Name") == name:
                    return self.origin(stack, output["Value"])
        raise KeyError(name)

    def named(self, stack: str, value: Any) -> Resource:
        """The resource that a value names."""
        where, logical_id = self.origin(stack, value)
        return Resource(where, logical_id, self.templates[where]["Resources"][logical_id])

    def text(self, value: Any) -> str:
        """A value as cdk-nag shows it: references in angle brackets."""
        if isinstance(value, list):
            return "".join(self.text(part) for part in value)
        if not isinstance(value, dict):
            return str(value)
        if "Fn::Join" in value:
            delimiter, parts = value["Fn::Join"]
            return str(delimiter).join(self.text(part) for part in parts)
        if "Fn::ImportValue" in value:
            return "<{}.{}>".format(*self._exported(value["Fn::ImportValue"]))
        if "Fn::GetAtt" in value:
            return f"<{'.'.join(value['Fn::GetAtt'])}>"
        if "Fn::Sub" in value:
            return re.sub(r"\$\{([^}]+)\}", r"<\1>", str(value["Fn::Sub"]))
        return f"<{value['Ref']}>" if "Ref" in value else json.dumps(value)

    def broken(self) -> System:
        """A copy that a test may spoil."""
        return System(self.environment, self.folder, copy.deepcopy(self.templates))


def synthesise(environment: Environment, packages: Path, folder: Path) -> System:
    """Write an environment's templates as `python -m infra.app` does, and read them."""
    app = cdk.App(context=dict(FEATURES), outdir=str(folder))
    build(app, environment, read_packages(packages))
    app.synth()
    return read_system(environment, folder)


def read_system(environment: Environment, folder: Path) -> System:
    """An environment's templates, as they were written to a folder."""
    prefix = f"onecrown-{environment.name}-"
    paths = sorted(folder.glob("*.template.json"))
    templates = {path.name.removeprefix(prefix).split(".")[0]: json.loads(path.read_text()) for path in paths}
    return System(environment, folder, templates)


def statements(resource: Resource) -> list[Mapping[str, Any]]:
    """The statements of a policy of any kind."""
    for name in ("PolicyDocument", "KeyPolicy"):
        if name in resource.properties:
            return list(resource.properties[name]["Statement"])
    return []


def as_list(value: Any) -> list[Any]:
    """CloudFormation writes one of something without a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
