"""A report says of every resource what became of it: judged, or of a kind that no check looks at, and why."""

from costopt.analyzer.registry import all_checks
from costopt.analyzer.unchecked import LEFT_OUT, REASONS, unchecked_kinds
from costopt.model.kinds import SPEC_TYPES
from costopt.model.specs.gce import InstanceTemplate
from tests.oracles.google_estate import bucket, cluster, google, machine, node_pool

TEMPLATE = google(InstanceTemplate(machine_type="e2-medium"), "global/instanceTemplates/web")


def test_every_kind_has_a_check_or_a_reason_and_never_both():
    checked = {check.applies_to.KIND for check in all_checks()}
    assert checked | set(REASONS) == set(SPEC_TYPES)
    assert checked & set(REASONS) == set()


def test_kinds_without_a_check_are_counted_and_say_why():
    found = unchecked_kinds(all_checks(), [machine(), TEMPLATE, cluster(), node_pool("g"), node_pool("h", "other")])
    assert [(row.kind, row.resources, row.reason) for row in found] == [
        ("gke_node_pool", 2, "judged with its cluster"),
        ("instance_template", 1, "costs nothing itself"),
    ]


def test_a_kind_whose_checks_the_user_left_out_is_told_too():
    kept = [check for check in all_checks() if check.applies_to.KIND != "gcs_bucket"]
    (row,) = unchecked_kinds(kept, [machine(), bucket()])
    assert (row.kind, row.reason) == ("gcs_bucket", LEFT_OUT)
