"""Checks one body - of a resource, of a nested block - against its schema."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from costopt.model.terraform import UNKNOWN, Severity
from costopt.terraform.configuration.blocks import Argument, Block
from costopt.terraform.schema.blocks import AttributeSchema, BlockSchema, NestedBlock
from costopt.terraform.schema.literals import misfit

Report = Callable[..., None]
"""Takes rule, message, address, block and line; severity where it is not an error."""

META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})
_DYNAMIC_ARGUMENTS = frozenset({"for_each", "iterator", "labels"})


class BodyCheck:
    """Checks bodies; what is wrong goes to `report`."""

    def __init__(self, report: Report, *, is_override: bool = False, is_provider: bool = False) -> None:
        """Make a check.

        Args:
            report: takes what is wrong.
            is_override: whether the block completes another one, so that nothing is missing from it.
            is_provider: whether it is a provider's configuration, whose required arguments may come from elsewhere.
        """
        self._report = report
        self._may_lack = is_override or is_provider

    def body(
        self, block: Block, schema: BlockSchema, address: str, own: frozenset[str] = frozenset(), *, top: bool = False
    ) -> None:
        """Check a body.

        Args:
            block: the body.
            schema: what it may hold.
            address: of the body, for messages.
            own: names of arguments that Terraform itself understands there.
            top: whether it is a whole resource, which may have meta-blocks.
        """
        self._duplicates(block, address)
        in_json = {one.name for one in block.arguments if block.is_json and one.name in schema.block_types}
        ignored = own | META_BLOCKS if block.is_json and top else own
        for argument in block.arguments:
            if argument.name not in ignored and argument.name not in in_json:
                self._argument(argument, block, schema, address)
        counts: Counter[str] = Counter()
        dynamic: set[str] = set()
        for nested in block.blocks:
            if not (top and nested.type in META_BLOCKS):
                self._nested(nested, schema, address, counts, dynamic)
        for argument in block.arguments:
            if argument.name in in_json:
                self._json_blocks(argument, block, schema.block_types[argument.name], address, counts, dynamic)
        if not self._may_lack:
            self._required(block, schema, address, {*counts, *dynamic})
        self._limits(block, schema, address, counts, dynamic)

    def _duplicates(self, block: Block, address: str) -> None:
        seen: set[str] = set()
        for argument in block.arguments:
            if argument.name in seen:
                message = f"{argument.name} was already set in this block"
                self._report("duplicate-argument", message, address, block, argument.line)
            seen.add(argument.name)

    def _argument(self, argument: Argument, block: Block, schema: BlockSchema, address: str) -> None:
        known = schema.attributes.get(argument.name)
        if known is None:
            message = f"there is no argument {argument.name}{_hint(argument.name, schema)}"
            if argument.name in schema.block_types:
                message = f"{argument.name} is a block, not an argument: write it without the equals sign"
            self._report("unknown-argument", message, address, block, argument.line)
            return
        if known.is_read_only:
            message = f"{argument.name} is set by the provider only"
            self._report("read-only-argument", message, address, block, argument.line, severity=Severity.WARNING)
        reason = misfit(argument.value, known.type)
        if reason:
            message = f"inappropriate value for {argument.name}: {reason}"
            self._report("wrong-type", message, address, block, argument.line)

    def _nested(
        self, nested: Block, schema: BlockSchema, address: str, counts: Counter[str], dynamic: set[str]
    ) -> None:
        kind, body = nested.type, nested
        if kind == "dynamic":
            kind = nested.labels[0] if nested.labels else ""
            dynamic.add(kind)
            content = self._dynamic_content(nested, address)
            if content is None:
                return
            body = content
        elif kind in schema.block_types and nested.labels and schema.block_types[kind].nesting_mode != "map":
            self._report("extra-label", f"{kind} takes no label", address, nested, nested.line)
        inner = schema.block_types.get(kind) or _as_block(schema.attributes.get(kind))
        if inner is None:
            message = f"there is no block {kind}{_hint(kind, schema)}"
            if kind in schema.attributes:
                message = f"{kind} is an argument, not a block: write it with an equals sign"
            self._report("unknown-block", message, address, nested, nested.line)
            return
        counts[kind] += 1
        self.body(body, inner.block, f"{address}.{kind}")

    def _dynamic_content(self, nested: Block, address: str) -> Block | None:
        for argument in nested.arguments:
            if argument.name not in _DYNAMIC_ARGUMENTS:
                message = f"a dynamic block has no argument {argument.name}"
                self._report("unknown-argument", message, address, nested, argument.line)
        if nested.argument("for_each") is None:
            self._report("missing-argument", "a dynamic block needs for_each", address, nested, nested.line)
        content = next(nested.nested("content"), None)
        if content is None:
            self._report("missing-block", "a dynamic block needs a content block", address, nested, nested.line)
        return content

    def _json_blocks(
        self,
        argument: Argument,
        block: Block,
        nested: NestedBlock,
        address: str,
        counts: Counter[str],
        dynamic: set[str],
    ) -> None:
        """Nested blocks of a JSON file: an object, or a list of them."""
        if argument.value is UNKNOWN:
            dynamic.add(argument.name)
            return
        for value in argument.value if isinstance(argument.value, list) else [argument.value]:
            counts[argument.name] += 1
            if isinstance(value, dict):
                self.body(_json_body(block, argument, value), nested.block, f"{address}.{argument.name}")

    def _required(self, block: Block, schema: BlockSchema, address: str, present: Iterable[str]) -> None:
        given = {argument.name for argument in block.arguments} | set(present)
        for name, attribute in schema.attributes.items():
            if attribute.required and name not in given:
                self._report("missing-argument", f"the argument {name} is required", address, block, block.line)

    def _limits(self, block: Block, schema: BlockSchema, address: str, counts: Counter[str], dynamic: set[str]) -> None:
        for name, nested in schema.block_types.items():
            count = counts[name]
            if name in dynamic:
                continue
            most = nested.max_items or (1 if nested.nesting_mode in {"single", "group"} else 0)
            if most and count > most:
                message = f"no more than {most} {name} block{'s' if most > 1 else ''} may be given, here are {count}"
                self._report("too-many-blocks", message, address, block, block.line)
            if count < nested.min_items and nested.nesting_mode != "map" and not self._may_lack:
                self._report("missing-block", f"a block {name} is required", address, block, block.line)


def _as_block(attribute: AttributeSchema | None) -> NestedBlock | None:
    """The block that a list of objects may be written as. Its fields may all be absent."""
    if attribute is None or not attribute.accepts_blocks:
        return None
    kind, (_, fields) = attribute.type
    inner = {name: AttributeSchema(type=shape, optional=True) for name, shape in fields.items()}
    return NestedBlock(nesting_mode=kind, block=BlockSchema(attributes=inner))


def _json_body(block: Block, argument: Argument, value: dict[str, Any]) -> Block:
    arguments = tuple(
        Argument(name=name, value=one, text="", line=argument.line) for name, one in value.items() if name != "//"
    )
    return Block(
        type=argument.name, labels=(), arguments=arguments, blocks=(), file=block.file, line=argument.line, is_json=True
    )


def _hint(name: str, schema: BlockSchema) -> str:
    close = difflib.get_close_matches(name, [*schema.attributes, *schema.block_types], 1)
    return f"; did you mean {close[0]}?" if close else ""
