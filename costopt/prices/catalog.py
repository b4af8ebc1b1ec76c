"""The price catalog: the embedded one, with the user's refreshed one above it. It is a `PriceBook`."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from costopt.economics.gce.costs import machine_price
from costopt.economics.gce.machines import SERVICE as GCE
from costopt.economics.gce.machines import machine_type
from costopt.errors import PriceNotFound
from costopt.model.price import Price, Purchase
from costopt.model.shape import Shape
from costopt.model.support import ExtendedSupport
from costopt.prices.commitment_rates import commitment_rate
from costopt.prices.extended_support import extended_support_dates
from costopt.prices.google_rates import derived_unit
from costopt.prices.layer import Layer, RegionPrices
from costopt.prices.places import DUAL_REGIONS, MULTI_REGIONS, is_region
from costopt.prices.refresh.shelf import require_current

RULED_VARIANT: Final = "linux"
"""The operating system that the rules for commitments hold for: others contain a licence that is not discounted."""


class Catalog:
    """Prices of one or more catalog folders; the rows of a later folder stand above those of an earlier one."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layers)
        self._hourly: dict[str, tuple[RegionPrices, ...]] = {}
        self._units: dict[str, tuple[RegionPrices, ...]] = {}
        self._prices: dict[tuple[str, str, str, str, Purchase], Price | None] = {}
        self._unit_prices: dict[tuple[str, str, str], Price | None] = {}
        self._offered: dict[str, tuple[Shape, ...]] = {}

    @property
    def version(self) -> str:
        """Names of the folders' catalogs, the lowest first, such as `2026-11-23+refresh-2026-12-01`."""
        return "+".join(layer.manifest.version for layer in self._layers)

    @property
    def as_of(self) -> date:
        """Oldest day that any row's source was published; a refresh replaces only some rows, so this stays."""
        return min(layer.manifest.as_of for layer in self._layers)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions of AWS that the catalog knows anything of, sorted."""
        known: set[str] = set()
        for layer in self._layers:
            known.update(layer.offerings, layer.hourly_regions(without=GCE))
        return tuple(sorted(known))

    @cached_property
    def google_regions(self) -> tuple[str, ...]:
        """Regions with any price of Compute Engine, sorted; multi-regions, which hold snapshots only, are none."""
        known = set[str]().union(*(layer.unit_regions(GCE) for layer in self._layers))
        return tuple(sorted(filter(is_region, known)))

    def instance(
        self, service: str, instance_type: str, region: str, *, variant: str, purchase: Purchase = Purchase.ON_DEMAND
    ) -> Price:
        """See `PriceBook.instance`.

        A commitment of EC2 without a row is worked out by the rules of `commitment_rates`, a machine of Compute Engine
        is put together of its units where these are newer than its row.

        Raises:
            PriceNotFound: no row, and no rule.
        """
        key = (service, instance_type, region, variant, purchase)
        if key not in self._prices:
            self._prices[key] = self._find(*key)
        price = self._prices[key]
        if price is None:
            raise PriceNotFound(
                f"no {purchase.value} price of {service} {instance_type} ({variant}) in {region}",
                hint=self._hint(region),
            )
        return price

    def unit(self, service: str, item: str, region: str) -> Price:
        """See `PriceBook.unit`.

        Raises:
            PriceNotFound: no row.
        """
        key = (service, item, region)
        if key not in self._unit_prices:
            self._unit_prices[key] = self._find_unit(*key)
        price = self._unit_prices[key]
        if price is None:
            raise PriceNotFound(f"no price of {service} {item} in {region}", hint=self._hint(region))
        return price

    def shape(self, instance_type: str) -> Shape:
        """See `PriceBook.shape`.

        Raises:
            PriceNotFound: unknown type.
        """
        try:
            return self._shapes[instance_type]
        except KeyError:
            raise PriceNotFound(
                f"no EC2 instance type {instance_type!r} in catalog {self.version}",
                hint="Check the spelling; a type that is newer than the catalog needs a newer costopt.",
            ) from None

    def offered(self, region: str) -> Sequence[Shape]:
        """See `PriceBook.offered`."""
        if region not in self._offered:
            names: tuple[str, ...] = ()
            for layer in self._layers:
                names = layer.offerings.get(region, names)
            shapes = self._shapes
            self._offered[region] = tuple(shapes[name] for name in sorted(names) if name in shapes)
        return self._offered[region]

    def extended_support(self, engine: str, version: str) -> ExtendedSupport | None:
        """See `PriceBook.extended_support`."""
        return extended_support_dates(engine, version)

    @cached_property
    def _shapes(self) -> dict[str, Shape]:
        return {name: shape for layer in self._layers for name, shape in layer.shapes.items()}

    @cached_property
    def _families(self) -> dict[str, list[str]]:
        families: dict[str, list[str]] = {}
        for shape in self._shapes.values():
            families.setdefault(shape.family, []).append(shape.instance_type)
        return families

    def _find(self, service: str, instance_type: str, region: str, variant: str, purchase: Purchase) -> Price | None:
        price = _topmost(self._hourly_in(region), (service, instance_type, variant, purchase.value))
        if service == GCE and variant == RULED_VARIANT:
            return _newer(price, self._put_together(instance_type, region, purchase))
        if price is not None or variant != RULED_VARIANT:
            return price
        if service != "ec2":
            return None
        return commitment_rate(self._stored, self._sizes_of, instance_type, region, purchase)

    def _put_together(self, name: str, region: str, purchase: Purchase) -> Price | None:
        try:
            return machine_price(machine_type(name), region, self, purchase)
        except PriceNotFound:
            return None

    def _find_unit(self, service: str, item: str, region: str) -> Price | None:
        def stated(name: str) -> Price | None:
            return _topmost(self._units_in(region), (service, name))

        price = stated(item)
        return derived_unit(stated, item) if price is None and service == GCE else price

    def _stored(self, instance_type: str, region: str, purchase: Purchase) -> Price | None:
        return _topmost(self._hourly_in(region), ("ec2", instance_type, RULED_VARIANT, purchase.value))

    def _sizes_of(self, family: str) -> list[str]:
        return self._families.get(family, [])

    def _hourly_in(self, region: str) -> tuple[RegionPrices, ...]:
        if region not in self._hourly:
            self._hourly[region] = tuple(layer.hourly(region) for layer in reversed(self._layers))
        return self._hourly[region]

    def _units_in(self, region: str) -> tuple[RegionPrices, ...]:
        if region not in self._units:
            self._units[region] = tuple(layer.units(region) for layer in reversed(self._layers))
        return self._units[region]

    def _hint(self, region: str) -> str:
        if region not in {*self.regions, *self.google_regions, *MULTI_REGIONS, *DUAL_REGIONS}:
            return (
                f"Region {region!r} is not in catalog {self.version}; check its name or run `costopt prices refresh`."
            )
        return "Run `costopt prices refresh` to read the provider's current price files."


def _topmost(layers: tuple[RegionPrices, ...], name: tuple[str, ...]) -> Price | None:
    for prices in layers:
        price = prices.get(name)
        if price is not None:
            return price
    return None


def _newer(stated: Price | None, made: Price | None) -> Price | None:
    """A machine's price as a row states it, or put together of units where all of these are of a later day.

    Google's price catalog, which a refresh reads, has units only.
    """
    if stated is None or made is None:
        return stated or made
    return made if made.as_of > stated.as_of else stated


def embedded_catalog_path() -> Path:
    """Folder of the catalog that came with the program."""
    return Path(str(files("costopt.prices") / "data"))


def open_catalog(path: Path | None = None, *, overlay: Path | None = None) -> Catalog:
    """Open a price catalog; tables are read when they are first needed.

    Args:
        path: folder of the catalog; None for the embedded one.
        overlay: folder of a refreshed catalog whose rows stand above the others; None for none.

    Raises:
        CatalogError: a folder holds no usable catalog (at once), or a file in it is damaged (when it is first needed).
    """
    folders = [path or embedded_catalog_path()]
    if overlay is not None:
        folders.append(overlay)
    return Catalog([Layer(folder) for folder in folders])


def open_user_catalog(cache_dir: Path) -> Catalog:
    """The embedded catalog with what `costopt prices refresh` last put into the user's cache above it.

    Args:
        cache_dir: the cache of prices; it need not exist.

    Raises:
        CatalogError: as `open_catalog`.
    """
    return open_catalog(overlay=require_current(cache_dir))
