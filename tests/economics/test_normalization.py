"""Normalised units of sizes, as AWS publishes them."""

from decimal import Decimal

from costopt.economics.normalization import size_units


def test_normalised_sizes_are_those_of_aws() -> None:
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html
    published = {"nano": "0.25", "micro": "0.5", "small": "1", "medium": "2", "large": "4", "xlarge": "8"}
    published |= {"2xlarge": "16", "3xlarge": "24", "9xlarge": "72", "24xlarge": "192", "112xlarge": "896"}
    assert {size: size_units(size) for size in published} == {size: Decimal(n) for size, n in published.items()}
    assert size_units("metal") is None
    assert size_units("metal-24xl") is None
