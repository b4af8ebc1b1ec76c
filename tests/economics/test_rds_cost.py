from decimal import Decimal

import pytest

from costopt.economics.estate import estate_hours
from costopt.economics.rds_cost import database_terms, extended_support_terms, snapshot_terms, variant_of
from costopt.errors import PriceNotFound
from costopt.model.finding import Saving
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsInstance, RdsSnapshot
from tests.oracles.judging import StaticPrices, resource

PRICES = StaticPrices(
    instances={
        ("rds", "db.m5.large", "postgres:single_az"): "0.178",
        ("rds", "db.m5.large", "postgres:multi_az"): "0.356",
        ("rds", "db.m5.large", "oracle-se2:single_az"): "0.50",
    },
    units={
        ("rds", "gp2_storage"): "0.115",
        ("rds", "io1_storage"): "0.125",
        ("rds", "io1_iops"): "0.10",
        ("rds", "extended_support_vcpu_hour_year_1_2"): "0.10",
        ("rds", "extended_support_vcpu_hour_year_3"): "0.20",
        ("rds", "snapshot_storage"): "0.095",
    },
)


def spec(**fields):
    given = {
        "instance_class": "db.m5.large", "engine": "postgres", "engine_version": "16.8", "status": "available",
        "multi_az": False, "storage_type": "gp2", "storage_gib": 100, **fields,
    }  # fmt: skip
    return RdsInstance(**given)


def cost(**fields):
    one = spec(**fields)
    return Saving(terms=database_terms(resource(one, "db-1"), one, PRICES)).monthly.amount


def test_single_az_and_multi_az():
    assert cost() == Decimal("129.94") + Decimal("11.50")
    assert cost(multi_az=True) == 2 * cost()
    assert variant_of(spec(multi_az=True)) == "postgres:multi_az"


def test_provisioned_iops_and_members_of_clusters():
    assert cost(storage_type="io1", iops=2000) == Decimal("129.94") + Decimal("12.5") + 200
    assert cost(cluster_id="cl-1") == Decimal("129.94")


def test_a_licence_of_ones_own_has_no_list_price():
    assert cost(engine="oracle-se2") > 0
    with pytest.raises(PriceNotFound, match="own licence"):
        cost(engine="oracle-se2", license_model="bring-your-own-license")


@pytest.mark.parametrize(("year", "multi_az", "dollars"), [(1, False, 146), (3, False, 292), (3, True, 584)])
def test_extended_support_by_the_vcpu_hour(year, multi_az, dollars):
    one = spec(multi_az=multi_az)
    terms = extended_support_terms(resource(one, "db-1"), one, 2, year, PRICES)
    assert Saving(terms=terms).monthly.amount == dollars


def test_a_snapshot_costs_at_most_the_allocated_storage():
    one = RdsSnapshot(source_id="db-1", source_kind="rds_instance", storage_gib=40, engine="postgres")
    (term,) = snapshot_terms(resource(one, "s-1"), one, PRICES)
    assert term.amount == Decimal("3.8")


@pytest.mark.parametrize(
    ("status", "billed"),
    [("available", True), ("backing-up", True), ("modifying", True), ("stopped", False), ("creating", False)],
)
def test_a_database_that_is_busy_with_itself_still_runs_and_is_billed(status, billed):
    spec = RdsInstance(
        instance_class="db.m5.large",
        engine="mysql",
        engine_version="8.0",
        status=status,
        multi_az=False,
        storage_type="gp3",
        storage_gib=20,
    )
    place = {"provider": "aws", "account": "1", "region": "us-east-1", "id": "db"}
    assert spec.billed is billed
    assert bool(estate_hours([Resource(spec=spec, **place)])) is billed
