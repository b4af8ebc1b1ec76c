"""Who the made company is: accounts, regions, teams and the names they give to things."""

from collections.abc import Mapping
from typing import NamedTuple

from costopt.collectors.made.plan import Identity, Place, Plan

COMPANY = "harbourline"
"""A carrier of parcels that does not exist."""

PROD = "111122223333"
DATA = "444455556666"
DEV = "777788889999"
ACCOUNTS: Mapping[str, str] = {PROD: "prod", DATA: "data", DEV: "dev"}
"""Account ids that AWS uses in its documentation, so that they are nobody's, and their environments.
Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html."""

VIRGINIA = "us-east-1"
IRELAND = "eu-west-1"
FRANKFURT = "eu-central-1"
OREGON = "us-west-2"
REGIONS: tuple[str, ...] = (FRANKFURT, IRELAND, VIRGINIA, OREGON)


class Team(NamedTuple):
    """A team: what it owns, and who answers for it."""

    name: str
    """Value of the tag `team`."""
    owner: str
    """Who answers for it: the part of the address before the `@`."""
    cost_center: str
    """Value of the tag `cost-center`."""
    services: tuple[str, ...]
    """What it runs; the first part of the names of its resources."""


TEAMS: tuple[Team, ...] = (
    Team("checkout", "amara.okafor", "cc-1104", ("checkout-api", "payment-gateway", "quote-service")),
    Team("tracking", "jonas.lindqvist", "cc-1107", ("tracking-api", "event-ingest", "notify")),
    Team("routing", "mei.tanaka", "cc-1112", ("route-planner", "dispatch", "geo-index")),
    Team("warehouse", "rafael.duarte", "cc-1120", ("wms-core", "label-printer", "dock-scheduler")),
    Team("customs", "ines.moreau", "cc-1131", ("customs-declare", "tariff-lookup")),
    Team("driver-app", "kwame.mensah", "cc-1138", ("driver-bff", "proof-of-delivery")),
    Team("data-platform", "sofia.petrova", "cc-2201", ("lake-loader", "spark-etl", "metrics-mart")),
    Team("ml-research", "daniel.cho", "cc-2210", ("eta-model", "parcel-vision", "address-parser")),
    Team("platform", "nora.haugen", "cc-3001", ("ci-runner", "bastion", "observability")),
)
_BY_NAME: Mapping[str, Team] = {team.name: team for team in TEAMS}


def team(name: str) -> Team:
    """The team of that name."""
    return _BY_NAME[name]


def any_place(plan: Plan, *regions: str) -> Place:
    """A place drawn from all accounts and the given regions (all, where none is given)."""
    return Place(plan.rng.choice(tuple(ACCOUNTS)), plan.rng.choice(regions or REGIONS))


def any_team(plan: Plan) -> Team:
    """A team drawn from all."""
    return plan.rng.choice(TEAMS)


def own(plan: Plan, place: Place, role: str, owner: Team | None = None, *, untagged: bool = False) -> Identity:
    """A name and tags for something that a team runs.

    Args:
        plan: the plan.
        place: where it is; the account's environment becomes a tag.
        role: what it is, such as `worker`; part of the name.
        owner: the team; drawn where None.
        untagged: somebody clicked it together: a name at most.
    """
    owner = owner or any_team(plan)
    service = plan.rng.choice(owner.services)
    name = f"{service}-{role}-{plan.rng.randrange(1, 100):02d}"
    if untagged:
        return Identity(name=None, tags={})
    environment = ACCOUNTS[place.account]
    tags = {"Name": name, "env": environment, "service": service, "cost-center": owner.cost_center}
    # Tag keys differ between teams, as they do where nobody enforces them.
    customs = owner.name == "customs"
    tags["Team" if customs else "team"] = owner.name
    if plan.rng.random() < 0.5 and not customs:
        tags["owner"] = f"{owner.owner}@{COMPANY}.example"
    if plan.rng.random() < 0.7:
        tags["managed-by"] = "terraform"
    return Identity(name=name, tags=tags)
