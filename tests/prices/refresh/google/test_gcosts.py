"""Prices out of gcosts' pricing.yml, small ones written by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.economics.gce.costs import machine_costs
from costopt.economics.gce.machines import machine_type
from costopt.errors import CatalogError
from costopt.model.price import Purchase, Quality
from costopt.prices.catalog import open_user_catalog
from costopt.prices.refresh.google.gcosts import Gcosts, Offer, worked_back
from costopt.prices.refresh.outcome import PartStatus
from costopt.prices.refresh.refresh import refresh_google

NOW = datetime(2026, 11, 30, tzinfo=UTC)
HEAD = "about:\n  timestamp: 1785391997\ncompute:\n  instance:\n"
CELLS = ("hour", "hour_spot", "month", "month_1y", "month_3y")


def machine(name: str, **regions: str) -> str:
    """A type with `hour hour_spot month month_1y month_3y` in each region, `-` for none."""
    lines = [f"    {name}:\n      cpu: 1\n      cost:\n"]
    for region, cells in regions.items():
        lines.append(f"        {region.replace('_', '-')}:\n")
        lines += [f"          {key}: {cell}\n" for key, cell in zip(CELLS, cells.split(), strict=True) if cell != "-"]
    return "".join(lines)


def written(tmp_path: Path, *machines: str, rest: str = "") -> Path:
    path = tmp_path / "pricing.yml"
    path.write_text(HEAD + "".join(machines) + rest)
    return path


N2 = (
    # A vCPU of 0.03 and a GiB of 0.004; a commitment of a year takes 0.0189 and 0.00252, spot a third.
    machine("n2-standard-4", europe_west4="0.184 0.0613 107.5 84.6216 -"),
    machine("n2-highcpu-8", europe_west4="0.272 0.0907 158.9 125.0928 -"),
    machine("n2-highmem-2", europe_west4="0.124 0.0413 72.4 57.0276 -"),
)


def test_unit_prices_are_worked_back_from_machines(tmp_path: Path) -> None:
    rows = Gcosts(path=written(tmp_path, *N2)).read().rows["europe-west4"]
    found = {row.item: row for row in rows.units}
    assert {item: row.usd for item, row in found.items() if not item.endswith("_spot")} == {
        "n2_vcpu": Decimal("0.03"),
        "n2_memory": Decimal("0.004"),
        "n2_vcpu_cud_1y": Decimal("0.0189"),
        "n2_memory_cud_1y": Decimal("0.00252"),
    }
    assert (found["n2_vcpu"].unit, found["n2_memory"].unit) == ("vCPU-hour", "GiB-hour")
    assert (found["n2_vcpu"].quality, found["n2_vcpu"].as_of) == (Quality.DERIVED, date(2026, 7, 30))
    assert not rows.hourly


@given(vcpu=st.integers(1_000, 200_000), memory=st.integers(100, 30_000), count=st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_any_two_unit_prices_come_out_of_the_sizes_that_they_make(vcpu: int, memory: int, count: int) -> None:
    """Prices to the millionth of a dollar, as Google's are."""
    per_vcpu, per_gib = Decimal(vcpu).scaleb(-6), Decimal(memory).scaleb(-6)
    names = ("n2-highmem-128", "n2-standard-2", "n2-highcpu-96", "n2-highmem-4", "n2-standard-80", "n2-highcpu-2")
    machines = [machine_type(name) for name in names[:count]]
    offers = [Offer(one, one.billed_vcpu * per_vcpu + one.memory_gib * per_gib) for one in machines]
    assert worked_back(offers) == (per_vcpu, per_gib)


def test_a_size_that_does_not_agree_keeps_all_of_its_series_as_machines(tmp_path: Path) -> None:
    odd = machine("n2-standard-8", europe_west4="0.41 - 240 - -")
    rows = Gcosts(path=written(tmp_path, *N2, odd)).read().rows["europe-west4"]
    on_demand = {row.instance_type: row.usd_per_hour for row in rows.hourly if row.purchase is Purchase.ON_DEMAND}
    assert on_demand == {
        "n2-standard-4": Decimal("0.184"),
        "n2-highcpu-8": Decimal("0.272"),
        "n2-highmem-2": Decimal("0.124"),
        "n2-standard-8": Decimal("0.41"),
    }
    assert "n2_vcpu" not in {row.item for row in rows.units}


def test_a_series_of_one_shape_cannot_be_told_apart(tmp_path: Path) -> None:
    path = written(tmp_path, machine("t2d-standard-1", europe_west4="0.046 - 33.58 - -"))
    rows = Gcosts(path=path).read().rows["europe-west4"]
    assert [(row.instance_type, row.usd_per_hour) for row in rows.hourly] == [("t2d-standard-1", Decimal("0.046"))]


def test_a_commitment_that_repeats_the_month_is_none(tmp_path: Path) -> None:
    """gcosts does so where Google sells no commitment, as for F1."""
    path = written(tmp_path, machine("f1-micro", europe_west4="0.0084 - 4.2924 4.2924 4.2924"))
    assert [row.item for row in Gcosts(path=path).read().rows["europe-west4"].units] == ["f1_micro"]


def test_a_commitment_that_cannot_be_is_rejected(tmp_path: Path) -> None:
    path = written(tmp_path, machine("f1-micro", europe_west4="0.0084 - 6.1 4.2 -"))
    rows = Gcosts(path=path).read().rows["europe-west4"]
    assert [entry.reason for entry in rows.rejected] == ["f1-micro is not sold as cud_1y"]


@pytest.mark.parametrize("region", ["../../outside", "europe_west4/x", "eu-multi", "'\\x1b[31mred1'"])
def test_a_region_that_is_none_names_no_folder(tmp_path: Path, region: str) -> None:
    odd = machine("n2-standard-8", **{region: "0.1 - 73 - -"})
    assert set(Gcosts(path=written(tmp_path, *N2, odd)).read().rows) == {"europe-west4"}


def test_a_name_that_is_no_type_is_counted(tmp_path: Path) -> None:
    path = written(tmp_path, *N2, machine("'<b>n2</b>'", europe_west4="0.1 - 73 - -"))
    prices = Gcosts(path=path).read()
    assert prices.passed_over == {"names that are no machine types": 1}
    assert not prices.rows["europe-west4"].hourly


def test_types_that_this_program_cannot_size_keep_their_price(tmp_path: Path) -> None:
    path = written(tmp_path, machine("g2-standard-4", europe_west4="0.7 0.4 511 322 230"))
    purchases = {row.purchase: row.usd_per_hour for row in Gcosts(path=path).read().rows["europe-west4"].hourly}
    assert purchases[Purchase.CUD_1Y] == Decimal(322) / 730 // Decimal("1e-8") * Decimal("1e-8")
    assert len(purchases) == 4


def test_disks_and_addresses_come_along_without_multi_regions(tmp_path: Path) -> None:
    rest = (
        "  storage:\n    snapshot:\n      cost:\n        eu-multi: {month: 0.06}\n        europe-west4: {month: 0.05}\n"
        "    hdd:\n      cost:\n        europe-west4: {month: 0.044}\n"
        "  network:\n    ip:\n      unused:\n        cost:\n          europe-west4: {hour: 0.01, month: 7.3}\n"
    )
    prices = Gcosts(path=written(tmp_path, *N2, rest=rest)).read()
    assert set(prices.rows) == {"europe-west4"}
    found = {row.item: (row.usd, row.unit) for row in prices.rows["europe-west4"].units}
    assert found["snapshot"] == (Decimal("0.05"), "GiB-month")
    assert found["pd_standard"] == (Decimal("0.044"), "GiB-month")
    assert found["address_unused"] == (Decimal("0.01"), "hour")


@pytest.mark.parametrize(
    "text",
    [
        "compute: 1\n",
        "[]",
        "about: {timestamp: 1}\n",
        "compute: {instance: {n2-standard-2: {}}}\n",
        HEAD + "    a: 1\n",
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.yml"
    path.write_text(text)
    with pytest.raises(CatalogError, match="holds no prices of machines with a date"):
        Gcosts(path=path).read()


def test_prices_that_are_no_prices_are_left_out(tmp_path: Path) -> None:
    """A zero, a negative one, a word, a list, not a number: a gap each, never a price."""
    cells = ("0 - 1 - -", "-1 - 1 - -", "free - 1 - -", "[1] - 1 - -", "NaN - 1 - -", "1e99 - 1 - -")
    machines = [machine(f"g2-standard-{4 * number}", europe_west4=text) for number, text in enumerate(cells, start=1)]
    good = machine("g2-standard-96", europe_west4="1 - 730 - -")
    rows = Gcosts(path=written(tmp_path, *machines, good)).read().rows["europe-west4"]
    assert [row.instance_type for row in rows.hourly] == ["g2-standard-96"]


def test_an_import_stands_above_the_built_in_prices_and_carries_on(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    report = refresh_google(cache, source=Gcosts(path=written(tmp_path, *N2)), now=NOW)
    assert (report.published, [part.status for part in report.parts]) == (True, [PartStatus.NEW])
    costs = machine_costs(machine_type("n2-standard-8"), "europe-west4", open_user_catalog(cache))
    assert costs.on_demand.amount == Decimal("0.368")
    assert costs.month == pytest.approx(Decimal("0.368") * 730 * Decimal("0.8002"))
    other = written(tmp_path, machine("f1-micro", europe_west1="0.0084 - 4.3 - -"))
    again = refresh_google(cache, source=Gcosts(path=other), now=NOW)
    assert {part.region: part.status for part in again.parts} == {
        "europe-west4": PartStatus.CARRIED,
        "europe-west1": PartStatus.NEW,
    }
    assert open_user_catalog(cache).unit("gce", "n2_vcpu", "europe-west4").amount == Decimal("0.03")


def test_a_region_that_the_file_lacks_is_a_gap(tmp_path: Path) -> None:
    source = Gcosts(path=written(tmp_path, *N2))
    report = refresh_google(tmp_path / "cache", source=source, regions=["europe-west4", "mars-east1"], now=NOW)
    assert [(gap.region, gap.reason) for gap in report.gaps] == [
        ("mars-east1", "pricing.yml has no prices of mars-east1")
    ]
    assert report.published


def test_commitments_dearer_than_on_demand_are_kept_out(tmp_path: Path) -> None:
    """The guard that holds for AWS holds here too; where too much looks wrong, nothing of it is used."""
    wrong = (
        machine("n2-standard-4", europe_west4="0.184 - 999 268.64 -"),
        machine("n2-highcpu-8", europe_west4="0.272 - 999 397.12 -"),
    )
    cache = tmp_path / "cache"
    report = refresh_google(cache, source=Gcosts(path=written(tmp_path, *wrong)), now=NOW)
    assert "prices look wrong" in report.refusal
    assert open_user_catalog(cache).unit("gce", "n2_vcpu", "europe-west4").amount == Decimal("0.034802")


def test_licences_of_the_list_are_prices_in_every_region_that_it_has(tmp_path: Path) -> None:
    licences = (
        "  license:\n"
        "    n2-standard-8:\n      cost:\n        rhel:\n          hour: 0.1152\n        sles:\n          hour: 0.11\n"
        "    n2-standard-16:\n      cost:\n        rhel:\n          hour: 0.1728\n"
        "    custom-2-10240-ext:\n      cost:\n        rhel:\n          hour: 9\n"
        "    x9-unheard-8:\n      cost:\n        rhel:\n          hour: 9\n"
    )
    rows = Gcosts(path=written(tmp_path, *N2, rest=licences)).read().rows["europe-west4"]
    assert {row.item: row.usd for row in rows.units if row.item.startswith("licence")} == {
        "licence_rhel_vcpu_to_8": Decimal("0.0144"),
        "licence_rhel_vcpu_9_to_127": Decimal("0.0108"),
        "licence_sles": Decimal("0.11"),
    }


def test_a_gateway_of_the_list_is_one_of_32_machines(tmp_path: Path) -> None:
    network = (
        "  network:\n    nat:\n"
        "      gateway:\n        cost:\n          europe-west4:\n            hour: 0.0448\n"
        "      data:\n        cost:\n          europe-west4:\n            month: 0.045\n"
    )
    rows = Gcosts(path=written(tmp_path, *N2, rest=network)).read().rows["europe-west4"]
    found = {row.item: (row.usd, row.unit) for row in rows.units if row.service == "cloud_nat"}
    assert found == {"vm_hour": (Decimal("0.0014"), "hour"), "data": (Decimal("0.045"), "GiB")}
