"""Our estimates against lines that others priced: 29 cases, evaluated by one plan of the real terraform."""

from pathlib import Path

import pytest

from costopt.model.price import Quality
from costopt.model.terraform import Engine
from costopt.model.terraform_cost import CostEstimate
from costopt.prices.catalog import open_catalog
from tests.oracles.terraform_binary import needs_terraform
from tools.priced_lines import OUT_OF_SCOPE, Compared, build_tree, compare, estimate_tree, tally

pytestmark = [needs_terraform, pytest.mark.xdist_group("priced lines")]

Comparison = tuple[list[Compared], list[str], CostEstimate]


@pytest.fixture(scope="module")
def comparison(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Every line of the reference with ours."""
    data, folder = shared_data / "iac-priced-lines", tmp_path_factory.mktemp("cases")
    ours = estimate_tree(folder, build_tree(data, folder), open_catalog())
    return *compare(data, ours), ours


def test_every_quantity_is_that_of_the_reference_but_for_what_is_explained(comparison: Comparison) -> None:
    compared, _, _ = comparison
    unexplained = [dict(one.row) for one in compared if one.ours is None and not one.why]
    assert unexplained == []
    assert tally(compared) == {"same": 713, "on purpose": 66}


def test_no_line_is_ours_alone_but_for_those_of_other_quantities(comparison: Comparison) -> None:
    _, extra, _ = comparison
    disks = [one for one in extra if "pd-balanced" in one]  # of nodes of GKE that name no type
    assert (len(extra), len(disks)) == (46, 42)
    assert all("rWRU" in one or "Backup storage" in one for one in extra if one not in disks)


def test_of_the_lines_of_aws_that_have_a_price_95_in_100_are_within_one_percent(comparison: Comparison) -> None:
    compared, _, _ = comparison
    ours = [one for one in compared if one.row["provider"] == "aws" and one.costs]
    in_scope = [one for one in ours if one.row["test"] not in OUT_OF_SCOPE]
    priced = [one.within for one in in_scope if one.within is not None]
    assert len(priced) >= 330
    assert sum(priced) / len(priced) >= 0.95


def test_nothing_of_the_reference_costs_nothing_because_its_price_is_not_known(comparison: Comparison) -> None:
    compared, _, _ = comparison
    for one in compared:
        if one.ours is not None and one.ours.price is None:
            assert one.ours.monthly is None
            assert one.ours.reason


def test_of_the_lines_of_google_that_have_a_price_95_in_100_are_within_one_percent(comparison: Comparison) -> None:
    compared, _, _ = comparison
    google = [one for one in compared if one.row["provider"] == "google" and one.costs and one.within is not None]
    spot = [one for one in google if "preemptible, " in one.row["component"]]
    assert all(one.ours and one.ours.price and one.ours.price.quality is Quality.ESTIMATE for one in spot)
    priced = [one for one in google if one not in spot]  # Google changes the price of spot up to once a month
    assert len(priced) >= 121
    assert {one.region for one in priced} == {"asia", "eu", "europe-central2", "us-central1"}
    # The price of snapshots was raised to 0.05 since the reference was written.
    assert {one.row["resource"].partition(".")[0] for one in priced if not one.within} == {"google_compute_snapshot"}
    assert sum(one.within or False for one in priced) / len(priced) >= 0.95


def test_sums_of_resources_are_the_sums_of_their_lines(comparison: Comparison) -> None:
    _, _, ours = comparison
    for resource in ours.resources:
        known = [line.monthly for line in resource.lines if line.monthly is not None]
        assert resource.monthly == (sum(known) if known else 0 if resource.free else None)


def test_without_terraform_all_quantities_but_those_of_a_dynamic_block_are_the_same(
    shared_data: Path, tmp_path: Path
) -> None:
    pytest.importorskip("tfparse", reason="the package tfparse is not installed")
    data = shared_data / "iac-priced-lines"
    usage = build_tree(data, tmp_path)
    compared, _ = compare(data, estimate_tree(tmp_path, usage, open_catalog(), engine=Engine.TFPARSE))
    different = {one.row["resource"] for one in compared if one.ours is None and not one.why}
    assert different == {"aws_autoscaling_group.asg_mixed_instance_dynamic"}
