"""The modules that costopt writes: their files, and what they must be given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from jinja2.sandbox import ImmutableSandboxedEnvironment

from costopt.errors import UsageError
from costopt.model.terraform import UNKNOWN
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.render.expressions import Written
from costopt.terraform.render.labels import google_labels

NEWEST_MAJOR = 6
"""Major version of the AWS provider that is written for where nothing else is asked."""
AWS_CONSTRAINTS = MappingProxyType({5: ">= 5.99, < 6.0", 6: ">= 6.0, < 7.0"})
"""Major version of the AWS provider to the constraint that modules state."""
GOOGLE_CONSTRAINT = ">= 6.50, < 9.0"
"""Versions of Google's provider that modules are for: one text serves all."""


class Cloud(StrEnum):
    """Whose resources a module makes; the name of its folder."""

    AWS = "aws"
    GCP = "gcp"

    @property
    def tags(self) -> str:
        """What the cloud calls the variable of tags."""
        return "tags" if self is Cloud.AWS else "labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleTemplate:
    """One module of the library."""

    id: str
    """Its folder, and what `--with` takes."""
    title: str
    """What it makes, in a few words."""
    cloud: Cloud = Cloud.AWS
    """Whose resources it makes."""
    is_planned: bool = False
    """Whether plans decide it; others are written where they are asked for."""
    is_untagged: bool = False
    """Whether its resources have neither names nor tags of their own."""
    is_unlabelled: bool = False
    """Whether its resources have names, but take no labels."""

    @property
    def takes_tags(self) -> bool:
        """Whether it takes the tags that all modules share."""
        return not (self.is_untagged or self.is_unlabelled)


_GOOGLE = (
    ModuleTemplate(id="cloud_sql", title="Database on Cloud SQL", cloud=Cloud.GCP),
    ModuleTemplate(
        id="gce_group",
        title="Regional group of machines, a base on demand and the rest on Spot",
        cloud=Cloud.GCP,
        is_planned=True,
    ),
    ModuleTemplate(
        id="gce_instance",
        title="Machines of Compute Engine that are not replaced by others",
        cloud=Cloud.GCP,
        is_planned=True,
    ),
    ModuleTemplate(
        id="gce_reservation",
        title="Capacity of a zone that is kept free",
        cloud=Cloud.GCP,
        is_planned=True,
        is_unlabelled=True,
    ),
    ModuleTemplate(
        id="gce_schedule", title="Machines that stop while nobody needs them", cloud=Cloud.GCP, is_unlabelled=True
    ),
    ModuleTemplate(
        id="gcs_bucket",
        title="Bucket whose objects move to cheaper classes and expire",
        cloud=Cloud.GCP,
        is_untagged=True,
    ),
    ModuleTemplate(id="gke_node_pool", title="Nodes of a GKE cluster", cloud=Cloud.GCP, is_planned=True),
)

LIBRARY: Mapping[str, ModuleTemplate] = {
    one.id: one
    for one in (
        ModuleTemplate(
            id="fleet", title="Auto scaling group of several instance types, on demand and Spot", is_planned=True
        ),
        ModuleTemplate(
            id="adopted_instance",
            title="Machines that exist, of which only the type is decided",
            is_planned=True,
            is_untagged=True,
        ),
        ModuleTemplate(id="instance", title="Machines that are not replaced by others", is_planned=True),
        ModuleTemplate(id="eks_node_group", title="Managed nodes of an EKS cluster", is_planned=True),
        ModuleTemplate(id="batch", title="Work with a deadline on AWS Batch, Spot first", is_planned=True),
        ModuleTemplate(id="budget", title="Budget with notifications, and a monitor of unusual costs"),
        ModuleTemplate(id="ebs_volume", title="Encrypted gp3 volume"),
        ModuleTemplate(id="ecs_fargate", title="Service on Fargate, with a base on demand and the rest on Spot"),
        ModuleTemplate(id="elasticache", title="Valkey or Redis with a replica"),
        ModuleTemplate(id="gateway_endpoints", title="Free endpoints for S3 and DynamoDB, past the NAT gateway"),
        ModuleTemplate(id="lambda", title="Function with bounds on time, memory and logs"),
        ModuleTemplate(id="rds", title="Database on RDS"),
        ModuleTemplate(
            id="s3_lifecycle", title="Objects of a bucket that move to cheaper classes and expire", is_untagged=True
        ),
        ModuleTemplate(id="sagemaker_endpoint", title="SageMaker endpoint that scales"),
        ModuleTemplate(id="schedule", title="Machines that stop while nobody needs them"),
        *_GOOGLE,
    )
}
"""Modules by id."""

FILES = ("main.tf", "variables.tf", "outputs.tf")
"""Files that each module has a template for."""
TEST_FILE = "tests/module.tftest.hcl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What all templates are given."""

    tool_version: str
    """Version of costopt."""
    origin: str
    """What the code is written from, such as the name of a plan. Hostile until escaped."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Default tags of every resource, from which labels of Google Cloud are made. Hostile until escaped."""
    aws_major: int = NEWEST_MAJOR
    """Major version of the AWS provider."""

    @property
    def aws_constraint(self) -> str:
        """Versions of the AWS provider that the code is for.

        Raises:
            UsageError: no template is written for that version.
        """
        return require_major(self.aws_major)


def require_major(aws_major: int) -> str:
    """The constraint for a major version of the AWS provider.

    Raises:
        UsageError: no template is written for that version.
    """
    if aws_major not in AWS_CONSTRAINTS:
        known = " or ".join(map(str, AWS_CONSTRAINTS))
        raise UsageError(f"no module is written for version {aws_major} of the AWS provider", hint=f"Use {known}.")
    return AWS_CONSTRAINTS[aws_major]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A variable of a module that has no default."""

    name: str
    """Its name."""
    type: Written
    """Its type, as the module's own template writes it."""
    description: str
    """What it is."""


def find_module(name: str) -> ModuleTemplate:
    """A module by its id.

    Raises:
        UsageError: there is none.
    """
    found = LIBRARY.get(name)
    if found is None:
        raise UsageError(f"there is no module {name!r}", hint=f"Known: {', '.join(sorted(LIBRARY))}.")
    return found


def render_module(
    module: ModuleTemplate, writing: Writing, environment: ImmutableSandboxedEnvironment
) -> dict[str, str]:
    """The files of a module by their path in it."""
    context = {**context_of(writing), "module": module}

    def text(name: str) -> str:
        return environment.get_template(f"{module.cloud}/{name}").render(context)

    files = {"versions.tf": text("_versions.tf.j2")}
    files |= {name: text(f"{module.id}/{name}.j2") for name in FILES}
    if not module.is_untagged:
        files["variables.tf"] = text("_common_variables.tf.j2") + "\n" + files["variables.tf"]
    files[TEST_FILE] = text(f"{module.id}/tests.tftest.hcl.j2")
    return files


def context_of(writing: Writing) -> dict[str, object]:
    """What every template may use."""
    return {
        "tool_version": writing.tool_version,
        "origin": writing.origin,
        "tags": dict(sorted(writing.tags.items())),
        "aws_major": writing.aws_major,
        "aws_constraint": writing.aws_constraint,
        "labels": google_labels(writing.tags),
        "google_constraint": GOOGLE_CONSTRAINT,
    }


def required_inputs(variables: str) -> tuple[Input, ...]:
    """What a module must be given, read from its own `variables.tf`."""
    found = []
    for block in read_hcl(variables.encode(), Path("variables.tf")):
        described, typed = block.argument("description"), block.argument("type")
        if block.argument("default") is None and described and typed:
            text = described.value if described.value is not UNKNOWN else ""
            found.append(Input(name=block.labels[0], type=Written(typed.text), description=text))
    return tuple(found)
