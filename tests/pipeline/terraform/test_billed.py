"""The bill beside the estimate: from names in a bill through a snapshot and a state to addresses."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from costopt.config.settings import Settings
from costopt.errors import UsageError
from costopt.model.bill import BillKind
from costopt.model.terraform import Engine
from costopt.model.terraform_cost import CostEstimate
from costopt.pipeline.bills import collect_bill
from costopt.pipeline.terraform.billed import billed_costs
from costopt.pipeline.terraform.cost import CostRequest, estimate_cost
from costopt.renderers.terraform_cost import FORMATS, render_cost
from tests.oracles.terraform_binary import needs_terraform

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "harbourline"
STATE = EXAMPLE / "terraform.tfstate"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's bills in a store."""
    path = tmp_path_factory.mktemp("bills")
    collect_bill(BillKind.FOCUS, [str(one) for one in sorted((EXAMPLE / "bill").glob("*.parquet"))], path)
    return path


def request(**changes: object) -> CostRequest:
    """The example, with its state."""
    told = {"source": EXAMPLE / "infra", "day": date(2026, 11, 30), "state": STATE, **changes}
    return CostRequest(**told)  # type: ignore[arg-type]


def test_a_volume_costs_by_the_bill_what_its_lines_sum_to(store: Path) -> None:
    found = billed_costs(EXAMPLE / "snapshot", store, STATE).monthly
    state = json.loads(STATE.read_text())
    volume = next(one for one in state["resources"] if one["type"] == "aws_ebs_volume" and one["name"] == "scratch")
    identifier = volume["instances"][0]["attributes"]["id"]
    # An independent sum: all charges of both months by the hours from the first to the last of them.
    [(total, hours)] = duckdb.execute(
        "SELECT sum(EffectiveCost), date_diff('hour', min(ChargePeriodStart), max(ChargePeriodEnd))"
        " FROM read_parquet(?) WHERE ResourceId LIKE ?",
        [str(EXAMPLE / "bill" / "*.parquet"), f"%{identifier}"],
    ).fetchall()
    assert found["aws_ebs_volume.scratch"] == pytest.approx(Decimal(total) * 730 / hours, rel=Decimal("0.01"))


@needs_terraform
def test_estimate_and_bill_stand_side_by_side_in_every_format(store: Path) -> None:
    found = estimate_cost(request(snapshot=EXAMPLE / "snapshot", store=store), Settings())
    assert found.billed is not None
    assert "aws_ebs_volume.scratch" in found.billed
    for form in FORMATS:
        text = render_cost(found, form, width=160)
        assert form == "csv" or "13.91" in text
    priced = _within_one_percent(found, "aws_ebs_volume", "aws_elasticache_cluster")
    assert priced == {True}


def _within_one_percent(found: CostEstimate, *types: str) -> set[bool]:
    """Whether estimates of what has no discount are what the bill says."""
    billed = found.billed or {}
    return {
        abs(one.monthly - billed[one.address]) <= one.monthly / 100
        for one in found.resources
        if one.type in types and one.monthly is not None and one.address in billed
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"state": None}, "--snapshot without --state"), ({}, "--snapshot without a store of bills")],
)
def test_a_snapshot_alone_leads_nowhere(changes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        estimate_cost(request(snapshot=EXAMPLE / "snapshot", **changes), Settings())


def test_an_estimate_without_a_snapshot_asks_no_bill() -> None:
    assert CostEstimate(resources=(), engine=Engine.STUB, catalog="c").billed is None
