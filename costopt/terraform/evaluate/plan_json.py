"""Reads a plan as `terraform show -json` prints it.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN, Engine, Evaluation, PlannedResource, ResourceChange, Value
from costopt.terraform.secrets import mask_repeats, mask_value

LARGEST_PLAN = 500_000_000
"""Bytes of the largest plan or state that is read."""
_INDICES = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")


def read_json_document(path: Path, *, what: str) -> dict[str, Any]:
    """A JSON object from a file, fractions exact.

    Args:
        path: the file.
        what: what it should be, for messages: "plan" or "state".

    Raises:
        TerraformError: it is missing, too large, or no JSON object.
    """
    try:
        if path.stat().st_size > LARGEST_PLAN:
            raise TerraformError(f"{path} is larger than {LARGEST_PLAN} bytes", hint=f"is it a {what}?")
        document = json.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise TerraformError(f"the {what} {path} cannot be read: {error.strerror}", hint="check the path") from error
    except (ValueError, RecursionError) as error:
        hint = (
            f"write it with `terraform show -json ... > {path.name}`" if what == "plan" else "restore it from a backup"
        )
        raise TerraformError(f"the {what} {path} is not valid JSON: {error}", hint=hint) from error
    if not isinstance(document, dict):
        raise TerraformError(f"the {what} {path} does not hold a JSON object", hint=f"is it a {what}?")
    return document


def evaluation_of_plan(document: Mapping[str, Any], *, engine: Engine = Engine.PLAN_JSON) -> Evaluation:
    """What a plan says, with its secrets masked.

    Raises:
        TerraformError: it is no plan, or of a newer format.
    """
    version = str(document.get("format_version", ""))
    if "planned_values" not in document or not re.fullmatch(r"(0|1)\.\d+", version):
        raise TerraformError(
            f'this is not a plan of format 1 (format_version "{version}")',
            hint="write it with `terraform plan -out p && terraform show -json p > plan.json`",
        )
    try:
        return _evaluation(document, engine)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise TerraformError(
            f"the plan is damaged: {error!r}", hint="write it anew with terraform show -json"
        ) from error


def _evaluation(document: Mapping[str, Any], engine: Engine) -> Evaluation:
    secrets: set[str] = set()
    found = list(_changes(document, secrets))
    changes = {change.address: _without_repeats(change, secrets) for change in found}
    configured = dict(_configured(document.get("configuration", {}).get("root_module", {}), ""))
    planned = (_resource(raw, module, changes, configured) for raw, module in _planned(document))
    return Evaluation(
        engine=engine,
        resources={resource.address: resource for resource in sorted(planned, key=lambda one: one.address)},
        changes=changes if _has_state(document) else {},
        data_sources=dict(_data_sources(document, secrets)),
        provider_settings=_provider_settings(document),
        terraform_version=document.get("terraform_version"),
    )


def _has_state(document: Mapping[str, Any]) -> bool:
    """Whether the plan was made against a state: something was there before, or is imported."""
    found = (change for change in document.get("resource_changes", ()) if change.get("mode") == "managed")
    return any(change["change"].get("before") is not None or change["change"].get("importing") for change in found)


def _without_repeats(change: ResourceChange, secrets: set[str]) -> ResourceChange:
    before, after = (mask_repeats(values, secrets) for values in (change.before, change.after))
    return replace(change, before=before, after=after)


def _changes(document: Mapping[str, Any], secrets: set[str]) -> Iterator[ResourceChange]:
    for raw in document.get("resource_changes", ()):
        if raw.get("mode") != "managed" or "deposed" in raw:
            continue
        change = raw["change"]
        before = change.get("before")
        after = change.get("after")
        actions = tuple(change["actions"])
        yield ResourceChange(
            address=raw["address"],
            type=raw["type"],
            actions=actions,
            before=None if before is None else mask_value(before, change.get("before_sensitive"), secrets),
            after=None
            if actions == ("delete",)
            else mask_value(_with_unknown(after, change.get("after_unknown")), change.get("after_sensitive"), secrets),
            importing=(change.get("importing") or {}).get("id"),
        )


def _with_unknown(value: Any, unknown: Any) -> Any:
    """A planned value with UNKNOWN where the plan says that it is known after apply."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, Mapping):
        known = value if isinstance(value, Mapping) else {}
        names = [*known, *(name for name in unknown if name not in known and _any_true(unknown[name]))]
        return {name: _with_unknown(known.get(name), unknown.get(name)) for name in names}
    if isinstance(unknown, list) and isinstance(value, list):
        marks = [*unknown, *([None] * (len(value) - len(unknown)))]
        return [_with_unknown(one, mark) for one, mark in zip(value, marks, strict=False)]
    return value


def _any_true(marks: Any) -> bool:
    if isinstance(marks, Mapping):
        return any(_any_true(one) for one in marks.values())
    return any(_any_true(one) for one in marks) if isinstance(marks, list) else marks is True


def _data_sources(document: Mapping[str, Any], secrets: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    waiting = [(document.get("prior_state", {}).get("values") or {}).get("root_module", {})]
    while waiting:
        module = waiting.pop()
        for raw in module.get("resources", ()):
            if raw.get("mode") == "data":
                values = mask_value(raw.get("values") or {}, raw.get("sensitive_values"), secrets)
                yield raw["address"], mask_repeats(values, secrets)
        waiting.extend(module.get("child_modules", ()))


def _planned(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Managed resources of `planned_values`, each with the address of its module."""
    waiting = [document["planned_values"].get("root_module", {})]
    while waiting:
        module = waiting.pop()
        for raw in module.get("resources", ()):
            if raw.get("mode") == "managed":
                yield raw, module.get("address", "")
        waiting.extend(module.get("child_modules", ()))


def _resource(
    raw: Mapping[str, Any], module: str, changes: Mapping[str, ResourceChange], configured: Mapping[str, Any]
) -> PlannedResource:
    change = changes.get(raw["address"])
    values = change.after if change and change.after is not None else None
    block = configured.get(_INDICES.sub("", raw["address"]), {})
    return PlannedResource(
        address=raw["address"],
        type=raw["type"],
        name=raw["name"],
        index=raw.get("index"),
        module=module,
        provider=raw.get("provider_name", ""),
        provider_key=block.get("provider_config_key", ""),
        values=values if values is not None else mask_value(raw.get("values", {}), raw.get("sensitive_values")),
        references=dict(_references(block.get("expressions", {}), "")),
    )


def _configured(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Resource blocks of the configuration, by address without indices."""
    for raw in module.get("resources", ()):
        yield f"{prefix}{raw['address']}", raw
    for name, call in module.get("module_calls", {}).items():
        yield from _configured(call.get("module", {}), f"{prefix}module.{name}.")


def _references(expressions: Any, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What arguments refer to, by dotted path; elements of repeated blocks are numbered."""
    if isinstance(expressions, list):
        for position, one in enumerate(expressions):
            yield from _references(one, f"{path}[{position}]")
    elif isinstance(expressions, Mapping):
        if isinstance(expressions.get("references"), list):
            yield path, tuple(expressions["references"])
            return
        for name, one in expressions.items():
            yield from _references(one, f"{path}.{name}" if path else name)


def _provider_settings(document: Mapping[str, Any]) -> dict[str, dict[str, Value]]:
    variables = {name: told.get("value") for name, told in document.get("variables", {}).items()}
    found = {}
    for key, told in document.get("configuration", {}).get("provider_config", {}).items():
        expressions = told.get("expressions", {})
        found[key] = {name: _constant(one, variables) for name, one in expressions.items() if isinstance(one, Mapping)}
    masked: dict[str, dict[str, Value]] = mask_value(found)
    return masked


def _constant(expression: Mapping[str, Any], variables: Mapping[str, Any]) -> Value:
    """A written-out value, or that of a root variable that is all of the expression."""
    if "constant_value" in expression:
        return _scalar(expression["constant_value"])
    references = expression.get("references") or []
    if len(references) == 1 and references[0].startswith("var."):
        return _scalar(variables.get(references[0].removeprefix("var."), UNKNOWN))
    return UNKNOWN


def _scalar(value: Any) -> Value:
    return value if isinstance(value, str | bool | int | Decimal) or value is None or value is UNKNOWN else UNKNOWN
