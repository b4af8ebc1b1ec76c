"""A patch changes what was asked and nothing else, as terraform plans it and another library reads it."""

import random
from pathlib import Path

import pytest

from costopt.model.terraform_patch import ByHand, ChangeKind, Patch, ProposedChange
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import Workplace, make_patch
from tests.oracles.terraform_binary import needs_terraform
from tests.oracles.terraform_owners import copy_estate, values_by_tfparse
from tests.oracles.terraform_proposals import proposal

pytestmark = needs_terraform

EVERY_OWNER = [
    proposal("aws_instance.literal", "m6i.2xlarge"),
    proposal("aws_instance.by_default", "m6i.xlarge"),
    proposal("aws_instance.by_tfvars", "m6i.4xlarge"),
    proposal("aws_instance.by_auto_tfvars", "c6i.4xlarge"),
    proposal("aws_instance.by_template", "m6i.8xlarge"),
    proposal("aws_instance.by_local", "c6i.2xlarge"),
    proposal('aws_instance.fleet["worker"]', "c6i.large"),
    proposal('aws_instance.keyed["b"]', "t3.large"),
    proposal("aws_instance.counted[1]", "r6i.large"),
    proposal("aws_instance.dynamic", "gp3", ("root_block_device", 0, "volume_type")),
    proposal("aws_db_instance.absent", "gp3", ("storage_type",)),
    proposal("module.given.aws_instance.node", "r6i.xlarge"),
    proposal("module.defaulted.aws_instance.node", "r6i.2xlarge"),
    proposal('module.pools["green"].aws_instance.this', "m6i.large"),
]


def patched(workplace: Workplace, *changes: ProposedChange, allow_replace: bool = False) -> Patch:
    return make_patch(workplace, changes, Policy(allow_replace=allow_replace))


def only_by_hand(patch: Patch) -> ByHand:
    assert not patch.proven
    assert not patch.files
    (one,) = patch.by_hand
    return one


def changed_values(patch: Patch, target: Path) -> dict[tuple[str, str], object]:
    """What another library says has changed, in a copy with the patch's files."""
    copy = copy_estate(target)
    before = values_by_tfparse(copy)
    for name, (_, after) in patch.files.items():
        (copy / name).write_bytes(after)
    after_values = values_by_tfparse(copy)
    assert set(before) <= set(after_values)
    return {key: value for key, value in after_values.items() if before.get(key) != value}


def wanted(changes: list[ProposedChange]) -> dict[tuple[str, str], object]:
    return {
        (change.address, ".".join(map(str, setting.path))): setting.after
        for change in changes
        for setting in change.settings
    }


def test_every_owner_is_edited_and_another_library_agrees(workplace: Workplace, tmp_path: Path) -> None:
    patch = patched(workplace, *EVERY_OWNER)
    assert not patch.by_hand
    assert {one.change.address for one in patch.proven} == {change.address for change in EVERY_OWNER}
    assert changed_values(patch, tmp_path) == wanted(EVERY_OWNER)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_accepted_changes_only_what_was_asked(workplace: Workplace, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    addresses = [address for address, one in workplace.before.resources.items() if one.type == "aws_instance"]
    sizes = ["m6i.large", "m6i.xlarge", "c6i.large"]
    changes = [proposal(address, rng.choice(sizes)) for address in rng.sample(addresses, 9)]
    patch = patched(workplace, *changes)
    accepted = [one.change for one in patch.proven]
    assert len(accepted) + len(patch.by_hand) == len(changes)
    assert changed_values(patch, tmp_path) == wanted(accepted)


def test_one_of_two_that_share_a_variable_gets_a_value_of_its_own(workplace: Workplace) -> None:
    (one,) = patched(workplace, proposal("aws_instance.shared_one", "m6i.large")).proven
    (place,) = one.places
    assert (place.file, place.narrowed) == ("main.tf", ("var.shared_type",))


def test_all_that_share_a_variable_and_want_the_same_change_the_variable(workplace: Workplace) -> None:
    changes = [proposal(f"aws_instance.shared_{name}", "m6i.large") for name in ("one", "two")]
    patch = patched(workplace, *changes)
    assert {place.file for one in patch.proven for place in one.places} == {"variables.tf"}
    assert len(patch.proven) == 2


def test_two_that_share_a_variable_and_want_different_values_get_their_own(workplace: Workplace) -> None:
    changes = [proposal("aws_instance.shared_one", "m6i.large"), proposal("aws_instance.shared_two", "c6i.large")]
    patch = patched(workplace, *changes)
    assert len(patch.proven) == 2
    assert b"shared_type" not in patch.files["main.tf"][1]


def test_what_only_all_instances_can_have_is_reported_with_its_reach(workplace: Workplace) -> None:
    one = only_by_hand(patched(workplace, proposal("aws_instance.same[0]", "m6i.large")))
    assert one.reason == "main.tf:59 decides it also for aws_instance.same[1]"
    assert (one.file, one.line, one.suggestion) == ("main.tf", 59, 'instance_type = "m6i.large"')


def test_all_instances_that_want_the_same_are_changed_together(workplace: Workplace) -> None:
    patch = patched(workplace, *(proposal(f"aws_instance.same[{number}]", "m6i.large") for number in (0, 1)))
    assert len(patch.proven) == 2


def test_a_launch_template_carries_its_declared_consequences(workplace: Workplace) -> None:
    (one,) = patched(workplace, proposal("aws_launch_template.web", "m6i.large")).proven
    assert one.kind is ChangeKind.NEW_TEMPLATE_VERSION
    assert one.wave == 2


def test_a_replacement_needs_to_be_allowed(workplace: Workplace) -> None:
    change = proposal("aws_elasticache_cluster.sessions", "cache.t4g.small", ("node_type",))
    assert "--allow-replace" in only_by_hand(patched(workplace, change)).reason
    (one,) = patched(workplace, change, allow_replace=True).proven
    assert (one.kind, one.wave) == (ChangeKind.REPLACEMENT, 4)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (proposal("aws_instance.ignored", "m6i.large"), "ignore_changes keeps terraform from changing instance_type"),
        (proposal("aws_instance.literal", "m5.4xlarge"), "the configuration says so already: apply it"),
        (proposal("aws_instance.literal", "m5.large", before="m5.8xlarge"), "but m5.8xlarge is live"),
        (proposal("aws_instance.literal", 3, ("cpu_core_count",)), "it is not known what the provider does"),
        (proposal("aws_instance.gone", "m5.large"), "in no file"),
        (proposal('aws_instance.fleet["gone"]', "m5.large"), "its count or keys are others"),
        (proposal("module.remote.aws_instance.this", "t3.large"), "fetched from elsewhere"),
        (proposal("aws_instance.conditional", "t3.large"), "condition"),
    ],
)
def test_what_speaks_against_a_change_is_said(workplace: Workplace, change: ProposedChange, reason: str) -> None:
    assert reason in only_by_hand(patched(workplace, change)).reason


def test_the_same_recommendations_give_the_same_patch(workplace: Workplace) -> None:
    one, two = (patched(workplace, *EVERY_OWNER[:4]) for _ in range(2))
    assert one.files == two.files
    assert one.proven == two.proven
