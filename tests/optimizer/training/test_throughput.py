"""Types compared by what a dollar does."""

from decimal import Decimal

import pytest

from costopt.errors import WorkloadError
from costopt.optimizer.training.throughput import Measurement, rank, relative_throughput


def run(name: str, steps: float, hours: float = 0.5) -> Measurement:
    return Measurement(instance_type=name, steps=steps, hours=hours)


def test_throughput_is_relative_to_the_reference_and_the_median_of_runs() -> None:
    runs = [run("a", 100), run("b", 240), run("b", 250), run("b", 900)]
    assert relative_throughput(runs, reference="a") == {"a": 1.0, "b": 2.5}


def test_a_type_that_costs_more_but_does_more_ranks_first() -> None:
    ranked = rank({"old": 1.0, "new": 4.0}, {"old": Decimal("3.06"), "new": Decimal("9.18")})
    assert [one.instance_type for one in ranked] == ["new", "old"]
    assert ranked[0].dollars_per_work_hour == Decimal("2.295")


def test_of_equal_cost_the_faster_ranks_first() -> None:
    ranked = rank({"slow": 1.0, "fast": 2.0}, {"slow": Decimal(1), "fast": Decimal(2)})
    assert ranked[0].instance_type == "fast"


def test_a_missing_price_is_named() -> None:
    with pytest.raises(WorkloadError, match="no price is given for b"):
        rank({"a": 1.0, "b": 2.0}, {"a": Decimal(1)})


def test_a_reference_that_was_not_measured_is_named_with_those_that_were() -> None:
    with pytest.raises(WorkloadError, match="reference type c was not measured; measured are a, b"):
        relative_throughput([run("a", 1), run("b", 1)], reference="c")


def test_a_run_without_time_is_refused() -> None:
    with pytest.raises(WorkloadError, match="a run on a has 10 steps in 0 hours"):
        relative_throughput([run("a", 10, 0)], reference="a")
