"""All resources of a configuration together: what refers to what, in which region, and how it is used."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from costopt.economics.lookups import PriceBook
from costopt.model.terraform import Engine, PlannedResource, Value
from costopt.terraform.cost.reading import NotKnown, Section
from costopt.terraform.cost.usage import Usage, UsageFile

T = TypeVar("T")

_IDENTITIES = ("id", "arn", "name", "self_link", "family", "bucket", "cluster_identifier", "identifier", "address")
_REFERENCE = re.compile(r"(?P<type>[a-z][a-z0-9]*_[\w]+)\.(?P<name>[\w-]+)(?P<index>\[[^\]]*\])?")
_INDEX = re.compile(r"\[[^\]]*\]$")
_INDICES = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
_ZONE = re.compile(r"(?P<aws>[a-z]{2}(?:-[a-z]+)+-\d)[a-z]|(?P<google>[a-z]+-[a-z]+\d+)-[a-z]")


class Item(Section):
    """A resource with how it is used."""

    def __init__(self, resource: PlannedResource, engine: Engine, usage: Usage) -> None:
        super().__init__(resource, resource.values, "", engine)
        self.usage = usage

    @property
    def type(self) -> str:
        """Its type."""
        return self.resource.type

    @property
    def address(self) -> str:
        """Its address."""
        return self.resource.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What holds for a whole estimate."""

    engine: Engine
    """What evaluated the configuration."""
    day: date
    """Day of the estimate: support of old versions is charged from a day on."""
    prices: PriceBook
    """For sizes of instance types and dates of support; prices are looked up later."""
    usage: UsageFile = field(default_factory=UsageFile)
    """How resources are used."""
    providers: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Arguments of the providers' configurations, by key."""
    region: str | None = None
    """Region of resources whose provider does not say one."""
    locals: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Module without indices and name of a local value, to the resources that it refers to."""


class Estate:
    """The resources, and how to get from one to another."""

    def __init__(self, resources: Mapping[str, PlannedResource], setting: Setting) -> None:
        self.setting = setting
        self._resources = resources
        self._by_type: dict[str, list[PlannedResource]] = defaultdict(list)
        self._by_block: dict[str, list[PlannedResource]] = defaultdict(list)
        self._by_identity: dict[tuple[str, str], list[PlannedResource]] = defaultdict(list)
        self._memory: dict[str, Any] = {}
        for resource in resources.values():
            self._by_type[resource.type].append(resource)
            self._by_block[_INDEX.sub("", resource.address)].append(resource)
            for value in _identities(resource):
                self._by_identity[resource.type, value].append(resource)

    def once(self, name: str, build: Callable[[], T]) -> T:
        """What `build` makes, made once for all resources: no resource then has to look at every other one.

        Args:
            name: of what is made, the same for the same thing.
            build: makes it.
        """
        if name not in self._memory:
            self._memory[name] = build()
        made: T = self._memory[name]
        return made

    def items(self) -> Iterator[Item]:
        """Every resource, by address."""
        return (self.item(resource) for _, resource in sorted(self._resources.items()))

    def item(self, resource: PlannedResource) -> Item:
        """A resource with how it is used."""
        usage = self.setting.usage.of(resource.address, resource.type)
        return Item(resource, self.setting.engine, usage)

    def of_type(self, *types: str) -> Iterator[Item]:
        """All resources of some types."""
        return (self.item(one) for name in types for one in self._by_type.get(name, ()))

    def follow(self, section: Section, name: str, *types: str) -> Item | None:
        """The resource that an argument leads to; None where it leads to none of this configuration."""
        known = self._by_value(section, name, types)
        if known is not None:
            return known
        for reference in self._references(section, name):
            found = self._referred(section.resource, reference, types)
            if found is not None:
                return self.item(found)
        return None

    def follow_all(self, section: Section, name: str, *types: str) -> Iterator[Item]:
        """Every resource of this configuration that a list leads to; of a block without an index all that it makes."""
        for reference in self._references(section, name):
            matched = _REFERENCE.match(reference)
            if matched is not None and matched["type"] in types:
                within = f"{section.resource.module}." if section.resource.module else ""
                block = f"{within}{matched['type']}.{matched['name']}"
                for one in self._by_block.get(block, ()):
                    if not matched["index"] or one.address == f"{block}{matched['index']}":
                        yield self.item(one)
        with suppress(NotKnown):  # then the references are all that there is
            for value in section.texts(name):
                yield from (self.item(one) for kind in types for one in self._by_identity.get((kind, value), ()))

    def leads(self, section: Section, name: str, target: PlannedResource) -> bool:
        """Whether an argument leads to this resource."""
        found = self.follow(section, name, target.type)
        return found is not None and found.address == target.address

    def region(self, item: Item) -> str | None:
        """Region of a resource: its own, that of a Google zone, its provider's, its AWS zone's, or the estimate's.

        An AWS zone lies in the region of the provider, and may be the made-up answer of a data source.
        """
        provider = item.type.split("_", maxsplit=1)[0]
        own = _first_text(item, ("region",) if provider == "aws" else ("region", "zone", "location"))
        if own:
            return _region_of(own)
        given = self._of_provider(item, "region")
        if given:
            return given
        zone = _first_text(item, ("availability_zone",))
        return _region_of(zone) if zone else self.setting.region

    def project(self, item: Item) -> str:
        """What tells the Google project of a resource from others: its id, or what it refers to while that is unknown.

        It is empty where neither the resource nor its provider says any.
        """
        own = _first_text(item, ("project",)) or ", ".join(sorted(self._references(item, "project")))
        return own or self._of_provider(item, "project")

    def _of_provider(self, item: Item, name: str) -> str:
        """An argument of the provider of a resource; empty where it is not known."""
        key = item.resource.provider_key
        for candidate in (key, key.rpartition(":")[2], item.type.split("_", maxsplit=1)[0]):
            value = self.setting.providers.get(candidate, {}).get(name)
            if isinstance(value, str) and value:
                return value
        return ""

    def _by_value(self, section: Section, name: str, types: tuple[str, ...]) -> Item | None:
        try:
            value = section.text(name)
        except NotKnown:
            return None
        if not value:
            return None
        same = [one for type_name in types for one in self._by_identity.get((type_name, value), ())]
        if not same:
            return None
        referred = {
            found.address
            for reference in self._references(section, name)
            if (found := self._referred(section.resource, reference, types))
        }
        # Two tables of one name: the reference tells which is meant, else the one that is nearer.
        same.sort(key=lambda one: (one.address not in referred, one.module != section.resource.module))
        return self.item(same[0])

    def _references(self, section: Section, name: str) -> Iterator[str]:
        for reference in section.resource.references.get(section.place(name), ()):
            if reference.startswith("local."):
                module = _INDICES.sub("", section.resource.module)
                yield from self.setting.locals.get((module, reference.split(".")[1]), ())
            else:
                yield reference

    def _referred(self, origin: PlannedResource, reference: str, types: tuple[str, ...]) -> PlannedResource | None:
        matched = _REFERENCE.match(reference)
        if matched is None or matched["type"] not in types:
            return None
        block = f"{matched['type']}.{matched['name']}"
        found = self._by_block.get(f"{origin.module}.{block}" if origin.module else block, [])
        wanted = matched["index"] or ("" if origin.index is None else f"[{_written(origin.index)}]")
        exact = next((one for one in found if one.address.endswith(f"{block}{wanted}")), None)
        return exact or (found[0] if found else None)


def _written(index: str | int) -> str:
    return str(index) if isinstance(index, int) else f'"{index}"'


def _identities(resource: PlannedResource) -> set[str]:
    """Texts that others may name it by."""
    values = (resource.values.get(name) for name in _IDENTITIES)
    return {value for value in values if isinstance(value, str) and value}


def _first_text(item: Item, names: tuple[str, ...]) -> str:
    values = (item.resource.values.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")


def _region_of(place: str) -> str:
    zone = _ZONE.fullmatch(place)
    return (zone["aws"] or zone["google"]) if zone else place
