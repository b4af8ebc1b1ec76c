"""What a node keeps for itself."""

from decimal import Decimal

import pytest

from costopt.errors import WorkloadError
from costopt.optimizer.fleets.pods import Daemons, PodKind, node_type, reserved_cores
from tests.oracles.exact_fleets import shape

PRICE = Decimal("0.192")


@pytest.mark.parametrize(("vcpu", "cores"), [(1, 0.06), (2, 0.07), (4, 0.08), (8, 0.09), (96, 0.31)])
def test_the_kubelet_keeps_what_the_image_of_eks_reserves(vcpu: int, cores: float) -> None:
    assert reserved_cores(vcpu) == pytest.approx(cores)


def test_a_node_offers_what_is_left_by_kernel_kubelet_and_daemons() -> None:
    """m5.xlarge with 58 pods: 16 GiB less 7.5 %, less 255 + 11 x 58 + 100 MiB, less 0.5 GiB."""
    node = node_type(
        shape("m5.xlarge", 4, 16.0), PRICE, most_pods=58, daemons=Daemons(cpu=0.42, memory_gib=0.5, pods=4)
    )
    assert node.cpu == pytest.approx(3.5)
    assert node.memory_gib == pytest.approx(14.8 - 993 / 1024 - 0.5)
    assert node.pods == 54


def test_a_machine_too_small_for_its_daemons_has_nothing_for_pods() -> None:
    node = node_type(shape("t3.nano", 2, 0.5), PRICE, daemons=Daemons(cpu=3.0, memory_gib=1.0, pods=200))
    assert (node.cpu, node.memory_gib, node.pods) == (0.0, 0.0, 0)


@pytest.mark.parametrize(("cpu", "memory_gib", "count"), [(0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0), (-1.0, 1.0, 1)])
def test_pods_without_requests_are_refused_by_name(cpu: float, memory_gib: float, count: int) -> None:
    with pytest.raises(WorkloadError, match="pods api"):
        PodKind(name="api", cpu=cpu, memory_gib=memory_gib, count=count)


@pytest.mark.parametrize("price", ["0", "-1", "NaN"])
def test_a_node_without_a_price_is_refused(price: str) -> None:
    with pytest.raises(WorkloadError, match=r"m5\.large"):
        node_type(shape("m5.large", 2, 8.0), Decimal(price))
