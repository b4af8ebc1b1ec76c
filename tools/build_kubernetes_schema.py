"""Writes the JSON schema that tests hold manifests of Kubernetes against: names, types and required fields of its API.

Run: python -m pip download --no-deps kubernetes==34.1.0, then python tools/build_kubernetes_schema.py THE.whl. The
package's models are generated from the OpenAPI document of Kubernetes; only facts of the kinds that are written
here are kept. Unlike that document, the schema refuses fields that the API does not know.
"""

import ast
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "tests/renderers/schedule/data/kubernetes.schema.json"
KINDS = ("V1CronJob", "V1PersistentVolumeClaim", "V1ServiceAccount")
PLAIN: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string"},
    "object": {},
}
_LIST, _MAP = re.compile(r"list\[(.+)\]"), re.compile(r"dict\(str, (.+)\)")


def build(wheel: Path) -> dict[str, Any]:
    """The schema: one definition a model that the kinds lead to."""
    definitions: dict[str, Any] = {}
    with zipfile.ZipFile(wheel) as package:
        sources = {Path(name).stem: name for name in package.namelist() if "/client/models/" in name}
        waiting = list(KINDS)
        while waiting:
            model = waiting.pop()
            if model not in definitions:
                text = package.read(sources[_module(model)]).decode()
                definitions[model], met = _definition(text)
                waiting += met
    choices = [{"$ref": f"#/$defs/{kind}"} for kind in KINDS]
    comment = (
        f"Facts of the API of Kubernetes, by {wheel.name} (Apache-2.0); built by tools/build_kubernetes_schema.py."
    )
    return {"$comment": comment, "oneOf": choices, "$defs": dict(sorted(definitions.items()))}


def _module(model: str) -> str:
    """`V1CronJob` is in `v1_cron_job`."""
    parts = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", model)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", parts).lower()


def _definition(text: str) -> tuple[dict[str, Any], list[str]]:
    tables = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in {"openapi_types", "attribute_map"}
    }
    names: dict[str, str] = tables["attribute_map"]
    types: dict[str, str] = tables["openapi_types"]
    required = sorted(names[one] for one in re.findall(r"Invalid value for `(\w+)`, must not be `None`", text))
    properties = {names[one]: _schema(kind) for one, kind in sorted(types.items())}
    met = [found for kind in types.values() for found in re.findall(r"\w*V\d\w+", kind)]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": required} if required else {}),
    }, met


def _schema(kind: str) -> dict[str, Any]:
    if found := _LIST.fullmatch(kind):
        return {"type": "array", "items": _schema(found[1])}
    if found := _MAP.fullmatch(kind):
        return {"type": "object", "additionalProperties": _schema(found[1])}
    return PLAIN.get(kind, {"$ref": f"#/$defs/{kind}"})


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(build(Path(sys.argv[1])), separators=(",", ":")) + "\n")
    print(f"wrote {OUT}")
