"""Makes resources that are right by a provider's schema, and spoils them in one way each, by a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from costopt.terraform.schema.blocks import AttributeSchema, BlockSchema, NestedBlock
from costopt.terraform.schema.catalog import ProviderSchema

Lines = list[str]
"""Of the body of a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One resource, spoiled or not."""

    kind: str
    """How it was spoiled; `none` where it was not."""
    type: str
    """Type of the resource."""
    text: str
    """Its HCL."""


def literal(shape: Any) -> str:
    """A value that fits a type."""
    if isinstance(shape, str):
        return {"string": '"x"', "number": "7", "bool": "true", "dynamic": '"x"'}[shape]
    kind, inner = shape
    if kind == "object":
        return "{ " + ", ".join(f"{name} = {literal(one)}" for name, one in inner.items()) + " }"
    return f'{{ "k" = {literal(inner)} }}' if kind == "map" else f"[{literal(inner)}]"


def misfit_literal(shape: Any, rng: random.Random) -> str | None:
    """A value that does not fit a type, None where every value does."""
    if shape == "dynamic":
        return None
    if shape == "string":
        return rng.choice(['["x"]', '{ a = "x" }'])
    if shape == "number":
        return rng.choice(['"seven"', "true", "[7]", '"0x1F"', '""'])
    if shape == "bool":
        return rng.choice(["1", '"yes"', '"TRUE"', "[]"])
    kind, inner = shape
    spoiled = misfit_literal(inner, rng) if kind in {"list", "set", "map"} else None
    if kind == "object":
        return '"x"'
    if kind == "map":
        return rng.choice(['"x"', "[1]", *([f"{{ k = {spoiled} }}"] if spoiled else [])])
    return rng.choice(['"x"', "7", "{ k = 1 }", *([f"[{spoiled}]"] if spoiled else [])])


def body(schema: BlockSchema, rng: random.Random, depth: int = 0) -> Lines:
    """All that is required, and a few things that may be given."""
    lines = []
    for name, attribute in schema.attributes.items():
        if attribute.required or (_may_be_given(attribute) and name != "id" and rng.random() < 0.15):
            lines.append(f"{name} = {literal(attribute.type)}")
    for name, nested in schema.block_types.items():
        wanted = nested.min_items or (depth < 2 and name != "timeouts" and rng.random() < 0.15)
        for _ in range(int(wanted)):
            lines += block(name, body(nested.block, rng, depth + 1))
    return lines


def block(name: str, inner: Lines) -> Lines:
    """A nested block."""
    return [f"{name} {{", *(f"  {line}" for line in inner), "}"]


def _may_be_given(attribute: AttributeSchema) -> bool:
    return attribute.optional and not attribute.accepts_blocks and not isinstance(attribute.type, list)


def _without(lines: Lines, name: str, *, is_block: bool) -> Lines:
    """The body without an argument or without its blocks of one type, at the outermost level."""
    kept, inside = [], False
    for line in lines:
        if line == f"{name} {{":
            inside = is_block
        if not (inside or (not is_block and line.startswith(f"{name} = "))):
            kept.append(line)
        inside = inside and line != "}"
    return kept


def _missing_argument(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    names = [name for name, one in schema.attributes.items() if one.required]
    return _without(lines, rng.choice(names), is_block=False) if names else None


def _missing_block(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    names = [name for name, one in schema.block_types.items() if one.min_items]
    return _without(lines, rng.choice(names), is_block=True) if names else None


def _unknown_argument(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    name = rng.choice([name for name, one in schema.attributes.items() if _may_be_given(one)] or ["x"])
    place = rng.randrange(len(name)) + 1
    spelt = name[:place] + name[place - 1] + name[place:]
    return None if spelt in schema.attributes else [*lines, f"{spelt} = null"]


def _wrong_type(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    name = rng.choice([name for name, one in schema.attributes.items() if one.required or one.optional] or [""])
    value = misfit_literal(schema.attributes[name].type, rng) if name else None
    return [*_without(lines, name, is_block=False), f"{name} = {value}"] if value else None


def _unknown_block(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    name = rng.choice([*schema.block_types, "settings"]) + "s"
    return None if name in schema.block_types or name in schema.attributes else [*lines, *block(name, [])]


def _argument_as_block(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    names = [name for name, one in schema.attributes.items() if one.optional and not one.accepts_blocks]
    name = rng.choice(names or [""])
    return [*_without(lines, name, is_block=False), *block(name, [])] if name else None


def _block_as_argument(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    names = list(schema.block_types)
    name = rng.choice(names or [""])
    return [*_without(lines, name, is_block=True), f"{name} = {{}}"] if name else None


def _too_many_blocks(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    names = [name for name, one in schema.block_types.items() if _most(one)]
    if not names:
        return None
    name = rng.choice(names)
    nested = schema.block_types[name]
    twice = [block(name, body(nested.block, random.Random(0))) for _ in range(_most(nested) + 1)]
    return [*_without(lines, name, is_block=True), *(line for one in twice for line in one)]


def _most(nested: NestedBlock) -> int:
    return nested.max_items or (1 if nested.nesting_mode == "single" else 0)


def _deep_unknown_argument(schema: BlockSchema, lines: Lines, rng: random.Random) -> Lines | None:
    names = list(schema.block_types)
    if not names:
        return None
    name = rng.choice(names)
    inner = [*body(schema.block_types[name].block, random.Random(0)), "no_such_argument = 1"]
    return [*_without(lines, name, is_block=True), *block(name, inner)]


def _same(_: BlockSchema, lines: Lines, __: random.Random) -> Lines | None:
    return lines


MUTATIONS: dict[str, Callable[[BlockSchema, Lines, random.Random], Lines | None]] = {
    "none": _same,
    "missing argument": _missing_argument,
    "missing block": _missing_block,
    "unknown argument": _unknown_argument,
    "wrong type": _wrong_type,
    "unknown block": _unknown_block,
    "argument as block": _argument_as_block,
    "block as argument": _block_as_argument,
    "too many blocks": _too_many_blocks,
    "deep unknown argument": _deep_unknown_argument,
}


def mutants(schema: ProviderSchema, seed: int, count: int) -> list[Mutant]:
    """Resources of random types, each kind of mutation as often as the others."""
    rng = random.Random(f"{schema.provider} {schema.version} {seed}")
    made: list[Mutant] = []
    while len(made) < count:
        kind = list(MUTATIONS)[len(made) % len(MUTATIONS)]
        type_name = rng.choice(schema.resource_types)
        described = schema.resource(type_name)
        assert described
        lines = MUTATIONS[kind](described, body(described, rng), rng)
        if lines is not None:
            text = "\n".join([f'resource "{type_name}" "r{len(made)}" {{', *(f"  {line}" for line in lines), "}", ""])
            made.append(Mutant(kind=kind, type=type_name, text=text))
    return made
