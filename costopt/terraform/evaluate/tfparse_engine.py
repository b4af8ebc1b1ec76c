"""Evaluates expressions without any binary, with the library tfparse (the evaluator of Trivy).

Source: https://github.com/cloud-custodian/tfparse
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.model.terraform import UNKNOWN, Engine, Evaluation, PlannedResource, Unevaluated
from costopt.terraform.configuration.blocks import Block
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.configuration.providers import provider_address, provider_key
from costopt.terraform.evaluate.literals import written_settings, written_values
from costopt.terraform.evaluate.request import EngineUnfit, Request
from costopt.terraform.evaluate.shape import META_ARGUMENTS, Shapes, shaped
from costopt.terraform.private_copy import private_copy
from costopt.terraform.process import clean_environment
from costopt.terraform.secrets import mask_value

_WORKER = Path(__file__).with_name("tfparse_worker.py")
_ADDRESS = re.compile(
    r"(?P<module>(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*)(?P<type>\w+)\.(?P<name>[\w-]+)(?:\[(?P<index>.*)\])?", re.S
)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""tfparse gives every block an id of its own, where it has none."""
_GIVEN_VALUES = "costopt_variables.tfvars.json"


def evaluate_with_tfparse(request: Request, configuration: Configuration) -> Evaluation:
    """Evaluate with tfparse, in a process of its own.

    No changes are computed: a state is not looked at.

    Raises:
        EngineUnfit: the library is not installed, or fails.
        TerraformError: the tree cannot be copied.
    """
    with private_copy(configuration) as copy:
        files = list(_variable_files(copy.root, request))
        orders = {"folder": str(copy.root), "workspace": request.workspace, "variable_files": files}
        found = _run(orders, clean_environment(copy.home), request.timeout_seconds)
    shapes = Shapes(configuration)
    blocks = dict(_blocks(configuration))
    resources = {one.address: one for one in _resources(found, blocks, shapes)}
    return Evaluation(
        engine=Engine.TFPARSE,
        resources=dict(sorted(resources.items())),
        unevaluated=tuple(_unevaluated(configuration, resources)),
        provider_versions=shapes.versions(),
        provider_settings=written_settings(configuration.root),
    )


def _run(orders: Mapping[str, Any], environment: Mapping[str, str], timeout_seconds: float) -> dict[str, Any]:
    try:
        ended = subprocess.run(  # noqa: S603 - a list, no shell
            [sys.executable, "-I", str(_WORKER)],
            input=json.dumps(orders),
            env=dict(environment),
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired as error:
        raise EngineUnfit(f"tfparse did not end within {timeout_seconds:g} s") from error
    if ended.returncode != 0:
        raise EngineUnfit(ended.stderr.strip().splitlines()[-1][:500] if ended.stderr.strip() else "tfparse crashed")
    found: dict[str, Any] = json.loads(ended.stdout, parse_float=Decimal)
    return found


def _variable_files(root: Path, request: Request) -> Iterator[str]:
    """Names of files of values, the weakest first, as terraform ranks them; tfparse does not look for them by itself.

    Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
    """
    if request.variables:
        (root / _GIVEN_VALUES).write_text(json.dumps(dict(request.variables)))
        yield _GIVEN_VALUES
    for name in ("terraform.tfvars", "terraform.tfvars.json"):
        if (root / name).is_file():
            yield name
    automatic = [*root.glob("*.auto.tfvars"), *root.glob("*.auto.tfvars.json")]
    yield from sorted(path.name for path in automatic)
    for position, path in enumerate(request.variable_files):
        name = f"costopt_{position}_{path.name}"
        shutil.copyfile(path, root / name)
        yield name


def _blocks(configuration: Configuration) -> Iterator[tuple[str, Block]]:
    """Resource blocks by address without indices."""
    folders = [((), configuration.root.folder), *((call.path, call.folder) for call in configuration.calls)]
    for path, folder in folders:
        module = configuration.modules.get(folder) if folder else None
        prefix = "".join(f"module.{name}." for name in path)
        for block in module.of_type("resource") if module else ():
            if len(block.labels) == 2:
                yield f"{prefix}{block.labels[0]}.{block.labels[1]}", block


def _resources(found: Mapping[str, Any], blocks: Mapping[str, Block], shapes: Shapes) -> Iterator[PlannedResource]:
    made_up = frozenset(_made_up_ids(found))
    for type_name, instances in found.items():
        for raw in instances if isinstance(instances, list) else ():
            meta = raw.get("__tfmeta", {}) if isinstance(raw, dict) else {}
            matched = _ADDRESS.fullmatch(meta.get("path", "")) if meta.get("type") == "resource" else None
            if matched:
                block = blocks.get(re.sub(r"\[[^\]]*\]", "", matched[0]))
                values = {name: value for name, value in _plain(raw, made_up).items() if name not in META_ARGUMENTS}
                yield _resource(type_name, matched, values, block, shapes)


def _resource(
    type_name: str, matched: re.Match[str], values: dict[str, Any], block: Block | None, shapes: Shapes
) -> PlannedResource:
    written = written_values(block) if block else {}
    key = provider_key(block) if block else type_name.split("_", maxsplit=1)[0]
    module = matched["module"].rstrip(".")
    return PlannedResource(
        address=matched[0],
        type=type_name,
        name=matched["name"],
        module=module,
        index=_index(matched["index"]),
        provider=provider_address(key.split(".")[0]),
        provider_key=key if not module else "",
        values=mask_value(shaped(_with_unknown(values, written), shapes.resource(type_name))),
    )


def _index(text: str | None) -> str | int | None:
    if text is None:
        return None
    return int(text) if text.isdigit() else text.strip('"')


def _plain(value: Any, made_up: frozenset[str]) -> Any:
    """A value without tfparse's own marks; what it could not resolve, and ids that it made up, are UNKNOWN."""
    if isinstance(value, dict):
        if "__attribute__" in value or "__name__" in value:
            return UNKNOWN
        return {name: _plain(one, made_up) for name, one in value.items() if not _is_own(name, one)}
    if isinstance(value, list):
        return [_plain(one, made_up) for one in value]
    if isinstance(value, str) and not made_up.isdisjoint(found[0] for found in _UUID.finditer(value)):
        return UNKNOWN
    return value


def _is_own(name: str, value: Any) -> bool:
    return name == "__tfmeta" or (name == "id" and isinstance(value, str) and bool(_UUID.fullmatch(value)))


def _made_up_ids(value: Any) -> Iterator[str]:
    """The ids that tfparse gave to blocks that have none."""
    if isinstance(value, dict):
        if "__tfmeta" in value and isinstance(value.get("id"), str):
            yield value["id"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _made_up_ids(one)


def _with_unknown(values: Any, written: Any) -> Any:
    """The values, with UNKNOWN for what is written as an expression and came out as nothing."""
    if isinstance(values, Mapping) and isinstance(written, Mapping):
        absent = {name: UNKNOWN for name, one in written.items() if one is UNKNOWN and values.get(name) is None}
        return {name: _with_unknown(one, written.get(name)) for name, one in values.items()} | absent
    if isinstance(written, list):  # of blocks: one of them is no list in tfparse
        listed = values if isinstance(values, list) else [values]
        if len(listed) == len(written):
            return [_with_unknown(one, told) for one, told in zip(listed, written, strict=True)]
    return values


def _unevaluated(configuration: Configuration, resources: Mapping[str, PlannedResource]) -> Iterator[Unevaluated]:
    for call in configuration.missing:
        where = f"module.{'.module.'.join(call.path)} ({call.block.file.name}:{call.block.line})"
        yield Unevaluated(where=where, reason=f"the module {call.source} is not installed: run `terraform init`")
    for resource in resources.values():
        for name, value in resource.values.items():
            if value is UNKNOWN:
                yield Unevaluated(where=f"{resource.address}.{name}", reason="its expression could not be evaluated")
