"""The made bill against sums worked out by hand, and what must hold for the bill of any made company."""

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from costopt.collectors.made.billing_lines.bill import make_bill
from costopt.config.settings import PriceSettings
from costopt.model.focus import FOCUS_COLUMNS
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.databases import RdsInstance
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.network import ElasticIp
from costopt.pipeline.pricing import OnDemand, plan_ratio, price_book

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
PROD = "111122223333"
OCTOBER_AND_19_DAYS = 31 + 19


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return price_book(PriceSettings(directory=str(tmp_path_factory.mktemp("prices"))))


@pytest.fixture(scope="module")
def bill(book):
    """Rows of the bill of some resources, both months together."""

    def rows(*resources, now=NOW):
        return [row for table in tables(book, resources, now).values() for row in table.to_pylist()]

    return rows


def tables(book, resources, now):
    on_demand = OnDemand(book)
    return make_bill(resources, now, book, on_demand=on_demand, ratio=plan_ratio(book, on_demand))


def made(id_, spec, *, created_at=LONG_AGO, region="us-east-1", **more):
    who = {"provider": "aws", "account": PROD, "region": region, "tags": {"team": "a"}}
    return Resource(**who, id=id_, spec=spec, created_at=created_at, **more)


def machine(id_="i-1", instance_type="m6g.large", *, state="running", created_at=LONG_AGO, **fields):
    spec = Ec2Instance(
        instance_type=instance_type, state=state, platform="linux", availability_zone="us-east-1a", **fields
    )
    return made(id_, spec, created_at=created_at)


def volume(id_="vol-1", *, created_at=LONG_AGO):
    spec = EbsVolume(volume_type="gp3", size_gib=100, state="available", availability_zone="us-east-1a", iops=3000)
    return made(id_, spec, created_at=created_at)


def reservation(*, count=1, start=LONG_AGO):
    spec = Commitment(
        commitment_kind=CommitmentKind.STANDARD_RI, service="ec2", state="active", start=start,
        end=datetime(2027, 1, 1, tzinfo=UTC), payment_option="no_upfront", instance_type="m6g.large", count=count,
        region="us-east-1",
    )  # fmt: skip
    return made("ri-1", spec)


def plan(hourly):
    spec = Commitment(
        commitment_kind=CommitmentKind.COMPUTE_SP, service="any", state="active", start=LONG_AGO,
        end=datetime(2027, 1, 1, tzinfo=UTC), payment_option="no_upfront", hourly_commitment=Decimal(hourly),
    )  # fmt: skip
    return made("sp-1", spec, region="global")


def of(rows, **cells):
    return [row for row in rows if all(row[name] == value for name, value in cells.items())]


def total(rows, column="BilledCost"):
    return sum((row[column] for row in rows), Decimal(0))


def test_a_machine_is_charged_by_the_hour_less_the_negotiated_discount(bill):
    rows = of(bill(machine()), ChargeCategory="Usage")
    assert len(rows) == OCTOBER_AND_19_DAYS
    day = rows[0]
    assert (day["ResourceId"], day["x_ServiceCode"], day["SkuMeter"]) == ("i-1", "AmazonEC2", "BoxUsage:m6g.large")
    assert (day["PricingQuantity"], day["ConsumedQuantity"], day["PricingUnit"]) == (24, 24, "Hrs")
    # 24 h x 0.077; 5 % less.
    assert day["ListCost"] == Decimal("1.848")
    assert day["ContractedCost"] == day["BilledCost"] == day["EffectiveCost"] == Decimal("1.7556")
    assert (day["ChargePeriodStart"], day["ChargePeriodEnd"]) == (datetime(2026, 10, 1), datetime(2026, 10, 2))  # noqa: DTZ001
    assert day["Tags"] == '{"team": "a"}'


def test_storage_is_charged_by_its_share_of_the_month_without_that_discount(bill):
    rows = of(bill(volume()), ChargeCategory="Usage")
    october, november = (of(rows, BillingPeriodStart=datetime(2026, month, 1)) for month in (10, 11))  # noqa: DTZ001
    # 100 GiB x 0.08 for all of October, and 19 of 30 days of November.
    assert total(october) == pytest.approx(Decimal(8), abs=Decimal("0.000001"))
    assert total(november) == pytest.approx(Decimal(8) * 19 / 30, abs=Decimal("0.000001"))
    assert total(rows, "ListCost") == total(rows)


def test_nothing_is_charged_before_it_was_there_or_after_it_stopped(bill):
    born = datetime(2026, 10, 10, 18, tzinfo=UTC)
    first = of(bill(volume(created_at=born)), ChargeCategory="Usage")[0]
    assert first["ChargePeriodStart"] == datetime(2026, 10, 10)  # noqa: DTZ001
    assert first["PricingQuantity"] == pytest.approx(100 * 6 / 744, abs=1e-9)
    stopped = machine(state="stopped", stopped_at=datetime(2026, 10, 2, 12, tzinfo=UTC))
    hours = [row["PricingQuantity"] for row in of(bill(stopped), ChargeCategory="Usage")]
    assert hours == [24, 12]
    assert of(bill(machine(state="stopped")), ChargeCategory="Usage") == []


def test_a_later_snapshot_of_a_volume_adds_what_changed(bill):
    def snapshot(id_, month):
        spec = EbsSnapshot(volume_id="vol-1", volume_size_gib=100, tier="standard", full_size_bytes=100 * 1024**3)
        return made(id_, spec, created_at=datetime(2026, month, 1, tzinfo=UTC))

    rows = of(bill(snapshot("snap-b", 5), snapshot("snap-a", 6)), ChargeCategory="Usage")
    first, later = (of(rows, ResourceId=f"arn:aws:ec2:us-east-1:{PROD}:snapshot/snap-{one}") for one in "ba")
    assert total(later) == pytest.approx(total(first) * Decimal("0.12"), abs=Decimal("0.00001"))


def test_a_database_has_hours_storage_and_the_surcharge_of_its_old_engine(bill):
    spec = RdsInstance(
        instance_class="db.m5.large", engine="mysql", engine_version="5.7.44", status="available", multi_az=False,
        storage_type="gp2", storage_gib=100,
    )  # fmt: skip
    rows = of(bill(made("db-1", spec, arn=f"arn:aws:rds:us-east-1:{PROD}:db:db-1")), ChargeCategory="Usage")
    usual = [row for row in rows if row["ChargeClass"] is None]
    meters = {row["SkuMeter"] for row in usual}
    assert meters == {"InstanceUsage:db.m5.large", "RDS:GP2-Storage", "ExtendedSupport:Yr1-Yr2"}
    for row in usual:
        assert row["ContractedCost"] == pytest.approx(row["ListCost"] * Decimal("0.97"), abs=Decimal("1e-9"))


def test_a_refund_gives_a_day_of_the_month_before_back(bill):
    spec = RdsInstance(
        instance_class="db.m5.large", engine="mysql", engine_version="8.0.40", status="available", multi_az=False,
        storage_type="gp2", storage_gib=100,
    )  # fmt: skip
    rows = bill(made("db-1", spec))
    (back,) = of(rows, ChargeClass="Correction")
    day = of(rows, SkuMeter="InstanceUsage:db.m5.large", ChargePeriodStart=datetime(2026, 10, 12))  # noqa: DTZ001
    assert back["BilledCost"] == back["EffectiveCost"] == -total(day) < 0
    assert back["BillingPeriodStart"] == datetime(2026, 11, 1)  # noqa: DTZ001


def test_a_reservation_that_is_used_costs_its_fee_once(bill):
    rows = bill(machine(), reservation())
    used, fees = of(rows, CommitmentDiscountStatus="Used"), of(rows, ChargeFrequency="Recurring", PricingUnit="Hrs")
    assert len(used) == len(fees) == OCTOBER_AND_19_DAYS
    # 0.04838445 an hour, by the catalog.
    assert fees[0]["BilledCost"] == Decimal("1.1612268")
    assert fees[0]["EffectiveCost"] == 0
    assert used[0]["EffectiveCost"] == Decimal("1.1612268")
    assert (used[0]["BilledCost"], used[0]["ContractedCost"]) == (0, Decimal("1.7556"))
    assert used[0]["CommitmentDiscountId"] == fees[0]["ResourceId"]
    assert of(rows, CommitmentDiscountStatus="Unused") == []
    assert of(rows, ChargeCategory="Usage", PricingCategory="Standard") == []


def test_what_of_a_reservation_nobody_used_is_a_row_of_its_own(bill):
    half = machine(state="stopped", stopped_at=datetime(2026, 10, 1, 12, tzinfo=UTC))
    rows = bill(half, reservation())
    unused = of(rows, CommitmentDiscountStatus="Unused")
    assert [row["EffectiveCost"] for row in unused[:2]] == [Decimal("0.5806134"), Decimal("1.1612268")]
    assert unused[0]["PricingQuantity"] == 12
    assert total(unused) == total(unused, "ListCost") == 0
    assert {row["ConsumedQuantity"] for row in unused} == {None}


def test_a_reservation_pays_for_whole_days_of_its_term_only(bill):
    rows = bill(machine(), reservation(start=datetime(2026, 11, 18, 12, tzinfo=UTC)))
    used = of(rows, CommitmentDiscountStatus="Used")
    assert [row["ChargePeriodStart"] for row in used] == [datetime(2026, 11, 19)]  # noqa: DTZ001


def test_a_savings_plan_pays_up_to_its_commitment_and_the_rest_is_on_demand(bill):
    rows = bill(machine(), plan("0.03"))
    used, rest = of(rows, CommitmentDiscountStatus="Used")[0], of(rows, PricingCategory="Standard")[0]
    # The catalog has no rate of Compute plans: 78 % of 0.077 are 0.06006, of which 0.03 pay for half an hour or so.
    assert used["EffectiveCost"] == pytest.approx(Decimal("0.72"), abs=Decimal("1e-6"))
    assert used["PricingQuantity"] == pytest.approx(24 * 0.03 / 0.06006, abs=1e-6)
    assert used["PricingQuantity"] + rest["PricingQuantity"] == pytest.approx(24)
    assert (used["CommitmentDiscountUnit"], used["CommitmentDiscountCategory"]) == ("USD", "Spend")


def test_support_tax_and_credit_of_a_month(bill):
    rows = of(bill(machine()), BillingPeriodStart=datetime(2026, 10, 1))  # noqa: DTZ001
    usage = Decimal("1.7556") * 31
    assert [row["BilledCost"] for row in of(rows, ChargeCategory="Purchase")] == [100]
    assert [row["BilledCost"] for row in of(rows, ChargeCategory="Credit")] == [-250]
    taxed = (usage + 100 - 250) * Decimal("0.07")
    assert [row["BilledCost"] for row in of(rows, ChargeCategory="Tax")] == [taxed.quantize(Decimal("0.01"))]


def test_what_has_no_price_and_what_is_spot_is_not_in_the_bill(bill):
    exotic = machine("i-2", "zz9.large")
    spot = machine("i-3", lifecycle="spot")
    assert of(bill(exotic, spot), ChargeCategory="Usage") == []


def test_an_address_without_an_age_is_charged_all_the_time(bill):
    rows = of(bill(made("eipalloc-1", ElasticIp(public_ip="203.0.113.1"), created_at=None)), ChargeCategory="Usage")
    assert total(rows) == Decimal("0.005") * 24 * OCTOBER_AND_19_DAYS
    assert rows[0]["ResourceId"] == f"arn:aws:ec2:us-east-1:{PROD}:elastic-ip/eipalloc-1"


@pytest.mark.parametrize(
    ("now", "months", "last"),
    [
        (datetime(2026, 11, 1, 5, tzinfo=UTC), ["2026-10"], datetime(2026, 10, 31)),  # noqa: DTZ001
        (datetime(2026, 11, 2, tzinfo=UTC), ["2026-10", "2026-11"], datetime(2026, 11, 1)),  # noqa: DTZ001
        (datetime(2027, 1, 3, 1, tzinfo=UTC), ["2026-12", "2027-01"], datetime(2027, 1, 2)),  # noqa: DTZ001
    ],
)
def test_the_bill_ends_with_yesterday(book, now, months, last):
    found = tables(book, [machine()], now)
    assert list(found) == months
    rows = [row for table in found.values() for row in table.to_pylist()]
    assert max(row["ChargePeriodStart"] for row in of(rows, ChargeCategory="Usage")) == last
    assert [row["InvoiceId"] is None for row in (rows[0], rows[-1])] == [False, len(months) > 1]


@pytest.fixture(scope="module")
def company_bills(companies, book, now):
    """Bills of three made companies."""
    return [tables(book, company.resources, now) for company in companies[:3]]


def test_the_same_company_has_the_same_bill(company_bills, companies, book, now):
    again = tables(book, companies[0].resources, now)
    assert all(again[month].equals(table) for month, table in company_bills[0].items())


def test_its_columns_are_those_of_focus(company_bills):
    wanted = [column.name for column in FOCUS_COLUMNS]
    for table in company_bills[0].values():
        assert table.column_names[: len(wanted)] == wanted
        assert 5_000 < table.num_rows < 25_000


def test_amortised_and_invoiced_costs_are_one_total_and_each_commitment_is_spent_once(company_bills):
    for tables_of_one in company_bills:
        for table in tables_of_one.values():
            rows = table.to_pylist()
            assert abs(total(rows) - total(rows, "EffectiveCost")) < Decimal("0.01")
            spent: dict[str, Decimal] = defaultdict(Decimal)
            for row in rows:
                if row["CommitmentDiscountId"]:
                    spent[row["CommitmentDiscountId"]] += row["BilledCost"] - row["EffectiveCost"]
            assert len(spent) >= 6
            assert all(abs(rest) < Decimal("0.005") for rest in spent.values())


def test_usage_is_never_negative_and_costs_descend(company_bills):
    for tables_of_one in company_bills:
        for table in tables_of_one.values():
            for row in table.to_pylist():
                if row["ChargeCategory"] == "Usage" and row["ChargeClass"] is None:
                    assert row["PricingQuantity"] > 0
                    unused = row["CommitmentDiscountStatus"] == "Unused"
                    assert unused or row["ListCost"] >= row["ContractedCost"] >= row["EffectiveCost"] > 0


def test_no_resource_runs_longer_than_a_day_in_a_day(company_bills):
    for row_tables in company_bills:
        hours: dict[tuple[str, object], float] = defaultdict(float)
        for table in row_tables.values():
            for row in table.to_pylist():
                if (row["SkuMeter"] or "").partition(":")[0].endswith("BoxUsage") and row["ConsumedQuantity"]:
                    hours[row["ResourceId"], row["ChargePeriodStart"]] += row["ConsumedQuantity"]
        assert len(hours) > 3_000
        assert max(hours.values()) == pytest.approx(24)
