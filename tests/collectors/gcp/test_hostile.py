"""One row that cannot be true is one missing row: it never reaches the disk, and never takes its neighbours along."""

from typing import Any

import pytest
from google.cloud import asset_v1, billing_v1

from costopt.collectors.gcp.services.compute_groups import COMPUTE_GROUPS
from costopt.collectors.gcp.services.compute_instances import COMPUTE_INSTANCES
from costopt.model.coverage import ScopeResult, Status
from tests.collectors.gcp.conftest import Collect
from tests.oracles.google_assets import ZONE, compute, disk, instance
from tests.oracles.google_server import PROJECT, GoogleCloud

HOSTILE_NAME = "web\x1b]0;owned\x07\u202e</script>"


def gap_of(coverage: tuple[ScopeResult, ...]) -> ScopeResult:
    (gap,) = [one for one in coverage if one.status is Status.GAP]
    return gap


@pytest.mark.parametrize(
    "flaw",
    [
        {"machineType": 7},
        {"status": None},
        {"labels": {"team": ["shop"]}},
        {"labels": {"team": "x" * 5000}},
        {"disks": "none"},
        {"lastStartTimestamp": "yesterday"},
        {"guestAccelerators": [{"acceleratorType": "gpu", "acceleratorCount": -4}]},
        {"disks": [{"type": "SCRATCH", "diskSizeGb": "9" * 5000}]},
        {"scheduling": ["SPOT"]},
    ],
    ids=lambda flaw: next(iter(flaw)),
)
def test_a_machine_of_the_wrong_types_is_named_and_the_others_are_read(
    flaw: dict[str, Any], cloud: GoogleCloud, run: Collect
) -> None:
    cloud.put(instance("bad", id="2", **flaw), instance(), disk())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    collected, sink = run(services=(COMPUTE_INSTANCES,))
    gap = gap_of(collected.coverage)
    assert (gap.scope.operation, gap.reason) == ("assets:rows", "server")
    assert "gce_instance" in gap.kinds
    assert gap.detail is not None
    assert "instances/bad" in gap.detail
    assert {row.name for row in sink.all_resources} == {"web-1"}
    assert sink.complete[collected.coverage[0].scope] is False


def test_an_asset_that_came_without_its_content_is_a_missing_row(cloud: GoogleCloud, run: Collect) -> None:
    name = f"//compute.googleapis.com/projects/{PROJECT}/zones/{ZONE}/instances/bare"
    cloud.put(asset_v1.Asset(name=name, asset_type="compute.googleapis.com/Instance"), instance())
    collected, sink = run(services=(COMPUTE_INSTANCES,))
    assert gap_of(collected.coverage).scope.operation == "assets:rows"
    assert [row.name for row in sink.all_resources] == ["web-1"]


@pytest.mark.parametrize(
    "scaler",
    [{"target": 7}, {"target": "web", "autoscalingPolicy": {"minNumReplicas": "many"}}],
    ids=["target", "least"],
)
def test_an_autoscaler_of_the_wrong_types_makes_its_groups_unreliable(
    scaler: dict[str, Any], cloud: GoogleCloud, run: Collect
) -> None:
    path = f"zones/{ZONE}/instanceGroupManagers/web"
    cloud.put(
        compute("InstanceGroupManager", path, {"targetSize": 2, "zone": ZONE}, location=ZONE),
        compute("Autoscaler", f"zones/{ZONE}/autoscalers/web", scaler, location=ZONE),
    )
    collected, sink = run(services=(COMPUTE_GROUPS,))
    assert gap_of(collected.coverage).kinds == ("managed_instance_group",)
    assert [row.name for row in sink.all_resources] == ["web"]


def test_a_hostile_name_commands_no_terminal_from_the_ledger(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(instance(HOSTILE_NAME, machineType=7))
    collected, _ = run(services=(COMPUTE_INSTANCES,))
    detail = gap_of(collected.coverage).detail or ""
    assert detail.isprintable()


def test_a_hostile_label_is_kept_as_it_is_for_renderers_to_escape(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(instance(labels={"team": "=cmd()</script>"}))
    _, sink = run(services=(COMPUTE_INSTANCES,))
    assert sink.all_resources[0].tags == {"team": "=cmd()</script>"}


def test_an_asset_of_a_type_that_nobody_asked_for_is_left_out(cloud: GoogleCloud, run: Collect) -> None:
    cloud.put(instance())
    # Asset types are patterns, whose dots match anything.
    cloud.put(asset_v1.Asset(name="//x", asset_type="compute-googleapis.com/Instance"))
    collected, sink = run(services=(COMPUTE_INSTANCES,))
    assert [one.status for one in collected.coverage] == [Status.OK]
    assert len(sink.all_resources) == 1
