"""Reads the schema of a Terraform resource from the TypeScript that CDK Terrain generates for it.

The generated code says everything that is needed in three places: `synthesizeHclAttributes()` and
`<struct>ToHclTerraform()` give Terraform's name, the type and whether it is a block; the comment
`// x - computed: B, optional: B, required: B` gives the flags of each; the class of a getter (`XList(this, "x", true)`
or `XOutputReference`) tells a list from a set and a block that may stand once from one that may repeat.

Not kept there, and so unknown: sensitive, deprecated, ForceNew, defaults, descriptions, limits on items above one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_ATTRIBUTE = re.compile(
    r"^\s{4,12}([a-zA-Z0-9_]+|'[^']+'|\"[^\"]+\"): \{\n\s*value: (.*?),\n\s*isBlock: (true|false),"
    r"\n\s*type: \"(\w+)\",\n\s*storageClassType: \"([\w.]+)\",\n\s*\},",
    re.M | re.S,
)
_FUNCTION = re.compile(r"^export function (\w+)ToHclTerraform\([^\n]*\n(.*?)^\}\n", re.M | re.S)
_CLASS = re.compile(r"^export class (\w+) extends cdkt[fn]\.(\w+) \{\n(.*?)^\}\n", re.M | re.S)
_FLAGS = re.compile(
    r"// (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n([^\n]*)\n([^\n]*)\n"
)
_STRUCT_VALUE = re.compile(r"(\w+)ToHclTerraform\b")
_LIST_MAPPER = re.compile(r"listMapperHcl\((?:\w+\.)?\w+, ?(true|false)\)")
_STORAGE = re.compile(r"(string|number|boolean|any)(List|Map|Set)?(List|Map|Set)?$")
_GETTER = re.compile(r"= new (?:cdkt[fn]\.)?(\w+)\(this, \"\w+\"(?:, (true|false))?\)")
_WORDS = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
_COLLECTIONS = ("list", "set", "map")
_KINDS = {
    "TerraformResource": "resources",
    "TerraformDataSource": "data_sources",
    "TerraformEphemeralResource": "ephemeral_resources",
    "TerraformProvider": "provider",
}
_GETTER_CALLS: tuple[tuple[str, Any], ...] = (
    ("getStringAttribute", "string"),
    ("getNumberAttribute", "number"),
    ("getBooleanAttribute", "bool"),
    ("getNumberListAttribute", ["list", "number"]),
)
_GETTER_CLASSES: Json = {
    "StringMap": ["map", "string"],
    "NumberMap": ["map", "number"],
    "BooleanMap": ["map", "bool"],
    "StringMapList": ["list", ["map", "string"]],
    "StringListMap": ["map", ["list", "string"]],
    "NumberListMap": ["map", ["list", "number"]],
    "StringListList": ["list", ["list", "string"]],
    "AnyMap": "dynamic",
}
_DEEPEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One schema."""

    kind: str
    """`resources`, `data_sources`, `ephemeral_resources` or `provider`."""
    name: str
    """Type of the resource, such as `aws_instance`."""
    version: str
    """Version of the provider that the bindings were generated from, "" where the class does not say it."""
    block: Json
    """Its block: attributes and block_types as `terraform providers schema -json` shapes them."""


@dataclass(frozen=True, slots=True)
class _Flags:
    computed: bool
    optional: bool
    required: bool
    code: str
    """The two lines after the comment: the getter or the field."""

    def marks(self) -> Json:
        told = {"computed": self.computed, "optional": self.optional and not self.required, "required": self.required}
        # Computed objects in data sources come without any mark; terraform refuses an attribute that has none.
        return {name: True for name, is_set in told.items() if is_set} or {"computed": True}


_ABSENT = _Flags(computed=False, optional=True, required=False, code="")


def _flags(body: str) -> dict[str, _Flags]:
    return {
        found[1]: _Flags(found[2] == "true", found[3] == "true", found[4] == "true", f"{found[5]}\n{found[6]}")
        for found in _FLAGS.finditer(body)
    }


class GeneratedSource:
    """The TypeScript of one resource, all its files joined."""

    def __init__(self, text: str) -> None:
        self._functions = {found[1]: found[2] for found in _FUNCTION.finditer(text)}
        self._classes = {found[1]: (found[2], found[3]) for found in _CLASS.finditer(text)}

    def schemas(self) -> Iterator[Found]:
        """Every resource, data source, ephemeral resource and provider that it defines."""
        for name, (base, body) in self._classes.items():
            if base not in _KINDS:
                continue
            told = re.search(r'tfResourceType = "(\w+)"', body)
            version = re.search(r"providerVersion: '([^']+)'", body)
            written = re.search(r"synthesizeHclAttributes\(\)[^\n]*\{\n(.*?)^  \}", body, re.M | re.S)
            yield Found(
                kind=_KINDS[base],
                name=told[1] if told else name,
                version=version[1] if version else "",
                block=self._block(written[1] if written else "", body, ()),
            )

    def _block(self, written: str, class_body: str, stack: tuple[str, ...]) -> Json:
        flags = _flags(class_body)
        attributes: Json = {}
        blocks: Json = {}
        for found in _ATTRIBUTE.finditer(written):
            name, value, is_block, kind, storage = found.groups()
            name = name.strip("'\"")
            flag = flags.get(name, _ABSENT)
            struct = self._struct_of(value)
            if struct is None:
                attributes[name] = {"type": _written_type(kind, storage), **flag.marks()}
                continue
            if stack.count(struct) >= 2:  # a schema may contain itself, as nested statements do: it is cut
                continue
            inner = self._block(self._functions[struct], self._class_of(struct), (*stack, struct))
            mapper = _LIST_MAPPER.search(value)
            if is_block == "true" and not (mapper and mapper[1] == "false"):
                blocks[name] = _nested_block(kind, inner, repeats=mapper is not None, required=flag.required)
            else:
                # "Attributes as blocks" (aws_security_group.ingress): protocol 5 has no nested attributes, so what
                # the provider really sends is a type of objects.
                shape: Any = ["object", _object_type(inner)]
                attributes[name] = {"type": [kind, shape] if kind in _COLLECTIONS else shape, **flag.marks()}
        for name, flag in flags.items():
            if name not in attributes and name not in blocks:
                attributes[name] = {"type": self._getter_type(flag.code, ()), **flag.marks()}
        return {key: value for key, value in (("attributes", attributes), ("block_types", blocks)) if value}

    def _struct_of(self, value: str) -> str | None:
        found = _STRUCT_VALUE.search(value)
        return found[1] if found and found[1] in self._functions else None

    def _class_of(self, struct: str) -> str:
        return self._classes.get(f"{struct[0].upper()}{struct[1:]}OutputReference", ("", ""))[1]

    def _getter_type(self, code: str, stack: tuple[str, ...]) -> Any:
        for call, told in _GETTER_CALLS:
            if call in code:
                return told
        if "getListAttribute" in code:
            return ["set" if "Fn.tolist" in code else "list", "string"]
        found = _GETTER.search(code)
        if not found:
            return "dynamic"
        return self._class_type(found[1], stack, is_set=found[2] == "true")

    def _class_type(self, name: str, stack: tuple[str, ...], *, is_set: bool) -> Any:
        if name in _GETTER_CLASSES:
            return _GETTER_CLASSES[name]
        for suffix, wrap in (("List", "set" if is_set else "list"), ("Map", "map")):
            inner = self._classes.get(f"{name.removesuffix(suffix)}OutputReference") if name.endswith(suffix) else None
            if inner:
                return [wrap, ["object", self._object_of(inner[1], (*stack, name))]]
        own = self._classes.get(name)
        return ["object", self._object_of(own[1], (*stack, name))] if own else "dynamic"

    def _object_of(self, body: str, stack: tuple[str, ...]) -> Json:
        if len(stack) > _DEEPEST or any(stack.count(name) > 2 for name in stack):
            return {}
        return {name: self._getter_type(flag.code, stack) for name, flag in _flags(body).items()}


def _nested_block(kind: str, inner: Json, *, repeats: bool, required: bool) -> Json:
    nested: Json = {"nesting_mode": kind if kind in _COLLECTIONS else "single", "block": inner}
    if not repeats and kind in ("list", "set"):
        nested["max_items"] = 1
    if required:
        nested["min_items"] = 1
    return nested


def _object_type(block: Json) -> Json:
    fields = {name: attribute["type"] for name, attribute in block.get("attributes", {}).items()}
    for name, nested in block.get("block_types", {}).items():
        shape: Any = ["object", _object_type(nested["block"])]
        fields[name] = [nested["nesting_mode"], shape] if nested["nesting_mode"] in _COLLECTIONS else shape
    return fields


def _written_type(kind: str, storage: str) -> Any:
    """Type of an attribute, from `type` (simple, list, set, map) and `storageClassType` (stringList, anyMap)."""
    found = _STORAGE.match(storage)
    if not found:
        return "dynamic"
    element: Any = _WORDS[found[1]]
    if found[3]:
        element = [found[2].lower(), element]
    if kind == "simple":
        return element
    return "dynamic" if element == "dynamic" or kind not in _COLLECTIONS else [kind, element]
