"""Prices of Compute Engine: the built-in ones as published, and both halves against gcosts' list."""

import importlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from costopt.economics.gce.licences import licence_price
from costopt.economics.gce.machines import MachineType, machine_type
from costopt.errors import PriceNotFound
from costopt.model.price import Purchase, Quality
from costopt.prices.catalog import Catalog, open_catalog
from costopt.prices.guards import check_units
from costopt.prices.refresh.google.licences import PLATFORMS
from costopt.prices.refresh.yaml_events import read_tree
from costopt.prices.rows import UnitRow
from costopt.prices.writer import write_catalog

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.xdist_group("google prices")  # what its fixtures make is made once


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


@pytest.mark.parametrize(
    ("item", "region", "usd"),
    [
        # As https://cloud.google.com/compute/vm-instance-pricing and /disks-image-pricing state them.
        ("n1_vcpu", "us-central1", "0.031611"),
        ("n2_memory", "us-central1", "0.004237"),
        ("e2_vcpu", "us-central1", "0.02181159"),
        ("n2d_vcpu", "europe-west4", "0.030278"),
        ("c2_vcpu_cud_3y", "asia-east1", "0.015739"),
        ("f1_micro", "us-central1", "0.0076"),
        ("n2_extended_memory", "us-central1", "0.00955"),
        ("pd_standard", "us-central1", "0.04"),
        ("pd_ssd", "europe-west3", "0.204"),
        ("local_ssd", "us-central1", "0.08"),
    ],
)
def test_published_unit_prices(catalog: Catalog, item: str, region: str, usd: str) -> None:
    price = catalog.unit("gce", item, region)
    assert (price.amount, price.quality) == (Decimal(usd), Quality.LIST)


def test_a_machine_is_looked_up_by_its_name(catalog: Catalog) -> None:
    price = catalog.instance("gce", "n2-standard-8", "us-central1", variant="linux")
    assert (price.amount, price.unit, price.quality) == (Decimal("0.388472"), "hour", Quality.LIST)


def test_what_was_not_published_says_so(catalog: Catalog) -> None:
    """What only the list of machines tells, spot, and custom types by their premium."""
    assert catalog.unit("gce", "n2_vcpu", "us-east1").quality is Quality.DERIVED
    one_year = catalog.unit("gce", "n2_vcpu_cud_1y", "us-central1")
    assert (one_year.quality, one_year.amount) == (Quality.DERIVED, Decimal("0.019915"))
    assert catalog.unit("gce", "n2_vcpu_spot", "us-central1").quality is Quality.ESTIMATE
    custom = catalog.unit("gce", "n2_custom_vcpu", "us-central1")
    assert (custom.quality, custom.amount) == (Quality.ESTIMATE, Decimal("0.031611") * Decimal("1.05"))


@pytest.mark.parametrize(
    ("item", "published"),
    [
        ("e2_custom_vcpu", "0.02290217"),
        ("e2_custom_memory", "0.003069707"),
        ("n4_custom_vcpu", "0.03275"),
        ("n4_custom_memory", "0.003717"),
        ("n2d_custom_vcpu", "0.0288771"),
        ("n1_custom_vcpu", "0.03319155"),
        ("n2_custom_vcpu_cud_1y", "0.02062625"),  # 0.019915 and the premium of 0.00071125
        ("n2_custom_vcpu_cud_3y", "0.01493625"),  # 0.014225 and the same
        ("e2_custom_memory_cud_1y", "0.001907599"),  # 0.00184182 and 0.000065779
        ("n2d_custom_memory_cud_3y", "0.00174195"),  # 0.001659 and 0.00008295
    ],
)
def test_custom_types_cost_the_premium_that_google_publishes(catalog: Catalog, item: str, published: str) -> None:
    """Of Google's page of VM prices, us-central1, as read in 2026; it rounds to a millionth here and there."""
    price = catalog.unit("gce", item, "us-central1")
    assert price.amount == pytest.approx(Decimal(published), abs=Decimal("0.000001"), rel=0)
    assert price.quality is Quality.ESTIMATE


@pytest.mark.parametrize(
    ("name", "region", "variant", "purchase"),
    [
        ("c4n-standard-16", "europe-west4", "linux", Purchase.ON_DEMAND),  # not sold there
        ("c3-standard-8-lssd", "us-central1", "linux", Purchase.ON_DEMAND),  # local SSD of its own
        ("n2-standard-8", "us-central1", "windows", Purchase.ON_DEMAND),  # a licence
        ("t2a-standard-8", "us-central1", "linux", Purchase.CUD_1Y),  # Google sells none
        ("n2d-custom-2-20480-ext", "us-central1", "linux", Purchase.ON_DEMAND),  # its extended memory
        ("n2-standard-8", "us-central1", "linux", Purchase.RI_1Y_NO_UPFRONT),
        ("m5.large", "us-central1", "linux", Purchase.ON_DEMAND),
    ],
)
def test_what_is_not_known_raises(catalog: Catalog, name: str, region: str, variant: str, purchase: Purchase) -> None:
    with pytest.raises(PriceNotFound):
        catalog.instance("gce", name, region, variant=variant, purchase=purchase)


def test_prices_of_aws_are_found_as_before(catalog: Catalog) -> None:
    assert "europe-west4" not in catalog.regions
    assert "us-east-1" not in catalog.google_regions
    assert "europe-west4" in catalog.google_regions


def unit_row(catalog: Catalog, item: str, usd: str, region: str = "us-central1") -> UnitRow:
    price = catalog.unit("gce", "n2_vcpu", "us-central1")
    return UnitRow("gce", item, region, Decimal(usd), "vCPU-hour", price.source, price.as_of, price.quality)


@pytest.mark.parametrize(
    ("item", "usd", "region", "guard"),
    [
        ("n2_vcpu_cud_1y", "0.03", "us-central1", "below_on_demand"),
        ("n2_vcpu_spot", "0.031", "us-central1", "below_on_demand"),
        ("n2_vcpu", "0.0999", "europe-west4", "regional_ratio"),
        ("n2_vcpu_cud_3y", "0", "us-central1", "positive"),
    ],
)
def test_guards_keep_wrong_prices_out(catalog: Catalog, item: str, usd: str, region: str, guard: str) -> None:
    good = unit_row(catalog, "n2_vcpu", "0.03")
    checked = check_units([good, unit_row(catalog, item, usd, region)])
    assert [entry.guard for entry in checked.quarantined] == [guard]
    assert checked.kept == (good,)


def test_a_spot_price_may_be_far_from_that_of_another_region(catalog: Catalog) -> None:
    rows = [unit_row(catalog, "n2_vcpu_spot", "0.003"), unit_row(catalog, "n2_vcpu_spot", "0.02", "europe-west4")]
    assert not check_units(rows).quarantined


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        return importlib.import_module("compare_google_prices")


@pytest.fixture(scope="module")
def listed(shared_data: Path) -> Path:
    return shared_data / "gcp-prices" / "pricing-2026-07-30.yml.gz"


@pytest.fixture(scope="module")
def tree(listed: Path) -> Any:
    return read_tree(listed)


@pytest.fixture(scope="module")
def built_in(tool: ModuleType, tree: Any, catalog: Catalog) -> Any:
    return tool.compare(tree, catalog)


@pytest.fixture(scope="module")
def after_import(tool: ModuleType, listed: Path, tree: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tool.compare(tree, tool.imported(listed, tmp_path_factory.mktemp("prices")))


def share(found: Any) -> float:
    return sum(one.agreeing for one in found.values()) / sum(one.rows for one in found.values())


def test_built_in_prices_agree_with_the_list_on_99_percent_of_the_rows(built_in: Any) -> None:
    """Hour, month after sustained use, and both commitments, to half a percent each."""
    assert sum(one.rows for one in built_in.values()) > 12_000
    assert not any(one.unpriced for one in built_in.values())
    assert share(built_in) >= 0.99


def test_of_the_units_that_another_reading_states_nearly_all_are_the_same_to_the_last_digit(tool: ModuleType) -> None:
    """Those that apache-libcloud confirms are the ones whose quality is `list`; it knows some 20 regions."""
    rows = [(item, place, quality) for service, item, place, quality in tool.google_rows() if service == "gce"]
    series = ("e2", "n1", "n2", "n2d", "m1")
    units = [row for row in rows if row[0] in {f"{one}_{unit}" for one in series for unit in ("vcpu", "memory")}]
    confirmed = [place for _, place, quality in units if quality == Quality.LIST]
    assert len(confirmed) >= 185
    assert len(set(confirmed)) >= 18


def test_imported_unit_prices_give_every_row_of_the_list_back(after_import: Any) -> None:
    assert sum(one.rows for one in after_import.values()) > 12_000
    assert not any(one.unpriced for one in after_import.values())
    assert share(after_import) >= 0.99


def test_every_licence_of_the_list_comes_out_of_the_built_in_prices(tree: Any, catalog: Catalog) -> None:
    """All systems on all types that are known; of shared cores the list has parts of vCPUs, which Google does not."""
    compared = 0
    for name, entry in tree["compute"]["license"].items():
        machine = known_type(name)
        for system, cost in entry["cost"].items() if machine is not None else ():
            try:
                price, count = licence_price(PLATFORMS[system], machine, "europe-west4", catalog)
            except PriceNotFound:
                assert machine.shared_core, (name, system)
            else:
                assert price.amount * count == Decimal(cost["hour"]), (name, system)
                compared += 1
    assert compared > 1_500


def test_the_page_says_what_was_compared(tool: ModuleType, tree: Any, built_in: Any, after_import: Any) -> None:
    page = (ROOT / "docs" / "gcp-prices.md").read_text(encoding="utf-8")
    assert tool.page(tree, built_in, after_import) == page


def known_type(name: str) -> MachineType | None:
    try:
        return machine_type(name)
    except PriceNotFound:
        return None


def test_sizes_are_those_of_the_list(tree: Any) -> None:
    sizes = {
        name: (Decimal(entry["cpu"]), Decimal(entry["ram"]))
        for name, entry in tree["compute"]["instance"].items()
        if "cpu" in entry
    }
    known = {name: machine for name in sizes if (machine := known_type(name)) is not None}
    assert len(known) > 400
    assert {name: sizes[name] for name in known} == {
        name: (machine.billed_vcpu, machine.memory_gib) for name, machine in known.items()
    }
    accelerated = {name: machine for name, machine in known.items() if machine.gpus}
    assert len(accelerated) == 22
    for name, machine in accelerated.items():
        entry = tree["compute"]["instance"][name]
        assert entry[str(machine.gpu_name).replace("_", "-")] == str(machine.gpus)
        assert entry.get("local-ssd", "0") == str(machine.local_ssd_gib)


@pytest.mark.parametrize(
    ("item", "name"), [("pd_standard", "hdd"), ("pd_ssd", "ssd"), ("local_ssd", "local"), ("pd_balanced", "balanced")]
)
def test_built_in_disks_cost_what_the_list_says(tree: Any, catalog: Catalog, item: str, name: str) -> None:
    costs = tree["compute"]["storage"][name]["cost"]
    wrong = {}
    for region in catalog.google_regions:
        try:
            price = catalog.unit("gce", item, region).amount
        except PriceNotFound:
            continue
        if abs(price - Decimal(costs[region]["month"])) > price * Decimal("0.005"):
            wrong[region] = (price, costs[region]["month"])
    assert not wrong


REFRESHED = {"a2_vcpu": "0.03", "a2_memory": "0.004", "gpu_a100": "2"}


@pytest.mark.parametrize(
    ("units", "usd"),
    [
        (REFRESHED, "2.7"),  # 12 x 0.03 + 85 x 0.004 + 2
        ({"a2_vcpu": "0.03", "a2_memory": "0.004"}, "3.673385"),  # an accelerator that was not refreshed
    ],
)
def test_refreshed_units_go_before_an_older_price_of_the_whole_machine(
    tmp_path: Path, units: dict[str, str], usd: str
) -> None:
    day = date(2026, 11, 29)
    rows = [
        UnitRow("gce", item, "us-central1", Decimal(price), "hour", "refreshed", day, Quality.LIST)
        for item, price in units.items()
    ]
    write_catalog(tmp_path, {"units": rows}, version="refreshed", built_at=day)
    catalog = open_catalog(overlay=tmp_path)
    assert catalog.instance("gce", "a2-highgpu-1g", "us-central1", variant="linux").amount == Decimal(usd)
