"""Who the made company is at Google Cloud: projects, regions, and the names and labels that it gives to things."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from costopt.collectors.made import metrics, people
from costopt.collectors.made.people import Team
from costopt.collectors.made.plan import DAY, Identity, Place, Plan
from costopt.model.resource import Resource
from costopt.model.specs.gcp_project import GcpProject

ML = "harbourline-ml"
WEB = "harbourline-web"
HACKDAY = "harbourline-hackday"

IOWA = "us-central1"
NETHERLANDS = "europe-west4"
REGIONS: tuple[str, ...] = (NETHERLANDS, IOWA)
GLOBAL = "global"
"""Region of what lies in none."""

BILLING_ACCOUNT = "01A2B3-4C5D6E-7F8091"
"""Who pays for all projects."""
FOLDER = "folders/481920537714"
"""Where the projects are, but for one below that nobody may list."""


class About(NamedTuple):
    """What is fixed of a project."""

    number: str
    """Project number."""
    environment: str
    """Value of the label `env`."""
    teams: tuple[str, ...]
    """Who works in it."""


PROJECTS: Mapping[str, About] = {
    ML: About("700000000101", "data", ("ml-research", "data-platform")),
    WEB: About("700000000102", "prod", ("tracking", "customs", "driver-app")),
    HACKDAY: About("700000000103", "dev", ("platform",)),
}


def draw(plan: Plan) -> None:
    """Add the projects themselves: two run machines that are hardly committed, of the third a hackathon is left."""
    steady = ("project_undercommitted",)
    for account, calls, flags in (
        (ML, (40_000, 90_000), steady),
        (WEB, (150_000, 400_000), steady),
        (HACKDAY, (4, 90), ("project_unattended",)),
    ):
        project = _project(plan, account, flags)
        plan.measure(project, "project_api_requests", DAY, metrics.counts(plan, *calls))


def _project(plan: Plan, account: str, flags: Sequence[str]) -> Resource:
    about = PROJECTS[account]
    payer_read = account != ML  # as the ledger says
    spec = GcpProject(
        number=about.number,
        state="ACTIVE",
        parent=FOLDER,
        billing_enabled=True if payer_read else None,
        billing_account=BILLING_ACCOUNT if payer_read else None,
        currency="USD" if payer_read else None,
    )
    who = Identity(name=account, tags={"env": about.environment})
    place = Place(account, GLOBAL)
    arn = f"//cloudresourcemanager.googleapis.com/projects/{about.number}"
    return plan.add(place, account, spec, who, age_days=plan.between(300, 1500), arn=arn, flags=flags)


def zone(plan: Plan, place: Place) -> str:
    """A zone of the place."""
    return f"{place.region}-{plan.rng.choice('abc')}"


def own(plan: Plan, account: str, role: str, owner: Team | None = None, *, unlabelled: bool = False) -> Identity:
    """A name and labels for something that a team runs; names are ids here, so that no two are alike.

    Labels are narrower than tags: no dots, no `@`.
    Source: https://cloud.google.com/resource-manager/docs/labels-overview#requirements.

    Args:
        plan: the plan.
        account: project that it is in; its environment becomes a label.
        role: what it is, such as `worker`; part of the name.
        owner: the team; drawn among those of the project where None.
        unlabelled: somebody clicked it together.
    """
    about = PROJECTS[account]
    owner = owner or people.team(plan.rng.choice(about.teams))
    service = plan.rng.choice(owner.services)
    number = f"{plan.rng.getrandbits(16):04x}"
    if unlabelled:
        return Identity(name=f"{role}-{number}", tags={})
    labels = {"env": about.environment, "service": service, "cost-center": owner.cost_center, "team": owner.name}
    if plan.rng.random() < 0.5:
        labels["owner"] = owner.owner.replace(".", "-")
    return Identity(name=f"{service}-{role}-{number}", tags=labels)


def number(plan: Plan) -> str:
    """A numeric id as Compute Engine gives it."""
    return str(plan.rng.randrange(10**18, 9 * 10**18))
