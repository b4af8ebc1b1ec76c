"""Parts that are missing beside rows that are there."""

from costopt.collectors.faults import Fault
from costopt.collectors.parts import Parts
from costopt.model.coverage import Scope, Status

SCOPE = Scope(provider="gcp", account="acme-shop", region="global", operation="assets")


def test_a_part_is_missing_of_every_kind_that_lost_it_and_has_its_first_reason() -> None:
    parts = Parts(lambda error: Fault(reason="denied", detail=str(error)))
    parts.add("rows", ValueError("first"), of="b", kinds=("gke_cluster",))
    parts.add("rows", ValueError("second"), of="a", kinds=("gce_instance", "gke_cluster"))
    (gap,) = parts.results(SCOPE)
    assert (gap.status, gap.scope.operation, gap.kinds) == (Status.GAP, "assets:rows", ("gce_instance", "gke_cluster"))
    assert gap.detail == "of a, b: first"


def test_what_was_noted_before_a_scope_is_read_again_is_forgotten() -> None:
    parts = Parts(lambda error: Fault(reason="throttled", detail=str(error)))
    parts.add("tags", ValueError("busy"), kinds=("gce_instance",))
    parts.clear()
    assert parts.results(SCOPE) == ()
