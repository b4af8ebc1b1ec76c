"""Protocols for price look-ups, so that analysis does not know where prices come from."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from costopt.model.price import Price, Purchase
from costopt.model.shape import Shape
from costopt.model.support import ExtendedSupport


class PriceBook(Protocol):
    """Prices of one catalog with the user's discounts. Every method raises `PriceNotFound` rather than guess."""

    @property
    def version(self) -> str:
        """Name of the catalog, for reproduction."""
        ...

    @property
    def as_of(self) -> date:
        """Day of its oldest source."""
        ...

    def instance(
        self, service: str, instance_type: str, region: str, *, variant: str, purchase: Purchase = Purchase.ON_DEMAND
    ) -> Price:
        """Price of an instance hour.

        Args:
            service: `ec2`, `rds`, `elasticache`, `sagemaker`; `gce` of Google Cloud.
            instance_type: the service's own name, such as `m5.large`, `db.m5.large`, `n2-custom-6-20480`.
            region: such as `eu-west-1`.
            variant: `ec2`: operating system (`linux`, `windows`, ...); `rds`: engine and deployment
                (`mysql:single_az`, `postgres:multi_az`, `aurora-mysql:single_az`); `elasticache`: engine
                (`redis`, `valkey`, `memcached`); `sagemaker`: `hosting` or `notebook`; `gce`: `linux`, without a
                licence.
            purchase: how it is bought; reserved rates are effective, upfront spread over the term.

        Raises:
            PriceNotFound: no such price.
        """
        ...

    def unit(self, service: str, item: str, region: str) -> Price:
        """Price of a unit of something that is not an instance.

        Args:
            service: `ebs`, `s3`, `vpc`, `elb`, `rds`, `dynamodb`, `lambda`, `logs`, `efs`, `fargate`; of Google Cloud
                `gce`, `cloud_sql`, `gcs`, `bigquery`, `cloud_run`, `gke`, `vertex`, `tpu`.
            item: one of `tools/facts/*.csv`, such as `gp3_storage`, `nat_gateway_hour`; of `gce` one that
                `MachineType.units` names, a disk, `snapshot`, `image` or `address_unused`.
            region: such as `eu-west-1`; a multi-region such as `eu` of what is kept in several.

        Raises:
            PriceNotFound: no such price.
        """
        ...

    def shape(self, instance_type: str) -> Shape:
        """Size of an EC2 instance type (`db.` and `cache.` prefixes are not known here).

        Raises:
            PriceNotFound: unknown type.
        """
        ...

    def offered(self, region: str) -> Sequence[Shape]:
        """EC2 types that can be started in a region, sorted by name; empty where the region is unknown."""
        ...

    def extended_support(self, engine: str, version: str) -> ExtendedSupport | None:
        """When paid extended support of a database engine's major version starts.

        Args:
            engine: the service's own name: `mysql`, `postgres`, `aurora-mysql`, `aurora-postgresql`.
            version: major or full version, such as `5.7`, `5.7.44` or `11.22`.

        Returns:
            None where no dates are known for it; that says nothing about a charge.
        """
        ...
