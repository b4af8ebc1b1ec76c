"""What a dry run knows: a list that has a hole is no whole one, a field that is missing or a metric hides nothing."""

import pytest

from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.pipeline.rehearsal import listed


@pytest.mark.parametrize(
    ("operation", "kinds", "hides"),
    [
        ("assets", ("gce_instance",), True),
        ("projects", (), True),
        ("assets:machine_learning", ("tpu_node",), True),
        ("assets:rows", ("gce_instance",), True),
        ("lambda_functions:tags", (), False),
        ("metrics:gce_instance", ("gce_instance",), False),
    ],
)
def test_only_gaps_in_which_resources_may_be_make_an_estimate_a_lower_bound(
    operation: str, kinds: tuple[str, ...], *, hides: bool
) -> None:
    scope = Scope(provider="gcp", account="acme-shop", region="global", operation=operation)
    gap = ScopeResult(scope=scope, status=Status.GAP, kinds=kinds, reason="denied")
    assert listed((), [gap]).gaps == ([gap] if hides else [])
