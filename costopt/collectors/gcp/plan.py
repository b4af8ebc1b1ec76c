"""What a run will read: projects, and from them every scope, before the first one is read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from costopt.collectors.day_cache import DayCache
from costopt.collectors.faults import Fault
from costopt.collectors.gcp.advice import Kept
from costopt.collectors.gcp.api import list_assets
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.faults import classify
from costopt.collectors.gcp.interface import MetricSource, Service
from costopt.collectors.gcp.names import GLOBAL, Project
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.collectors.gcp.services.projects import ACTIVE, PROJECT, projects_of
from costopt.collectors.outcome import gap, whole
from costopt.collectors.soundness import UnsoundRow, sound
from costopt.errors import CollectError, UsageError
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice
from costopt.model.specs.gcp_project import GcpProject

PROVIDER = "gcp"
ASSETS_OPERATION = "assets"
PROJECTS_OPERATION = "projects"
_WORKERS = 8
_PROJECT_ID = re.compile(r"(?:[a-z0-9][a-z0-9.-]*:)?[a-z][a-z0-9-]{2,28}[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetTask:
    """The inventory of one project: one list gives all kinds of resource."""

    scope: Scope
    """Its entry in the ledger."""
    project: Project
    """Whose."""
    services: tuple[Service, ...]
    """What is read of it."""
    advice: bool = False
    """Whether Google's own recommendations are read too."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of resource that the scope yields."""
        return tuple(sorted((*kinds_of(self.services), *((ProviderAdvice.KIND,) if self.advice else ()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricTask:
    """The metrics of one kind of resource in one project."""

    scope: Scope
    """Its entry in the ledger."""
    kind: str
    """Kind of resource."""
    sources: tuple[MetricSource, ...]
    """Where its metrics are found."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of resource that the scope tells about."""
        return (self.kind,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPlan:
    """Everything that a run reads."""

    connection: Connection
    """Clients, and the limits of the run."""
    projects: tuple[Project, ...]
    """Projects to read, by id."""
    services: tuple[Service, ...]
    """What to read of each."""
    sources: tuple[MetricSource, ...]
    """Metrics to read of what was found."""
    now: datetime
    """Time of the collection, UTC."""
    ended: tuple[ScopeResult, ...] = ()
    """Scopes that ended while the plan was made: lists of projects, and projects that are being deleted."""
    advice: DayCache[Kept] | None = None
    """Where the day's recommendations are kept; None where they are not read."""
    workers: int = _WORKERS
    """Scopes read at the same time."""

    def inventory(self) -> Iterator[AssetTask]:
        """One scope a project."""
        for project in self.projects:
            yield AssetTask(
                scope=scope_of(project.id, ASSETS_OPERATION),
                project=project,
                services=self.services,
                advice=self.advice is not None,
            )

    def metrics(self) -> Iterator[MetricTask]:
        """Every project x kind that a service yields and that has metrics."""
        kinds = sorted({source.kind for source in self.sources} & set(kinds_of(self.services)))
        for project in self.projects:
            for kind in kinds:
                sources = tuple(source for source in self.sources if source.kind == kind)
                yield MetricTask(scope=scope_of(project.id, f"metrics:{kind}"), kind=kind, sources=sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the user wants read; nothing at all is the project of the credentials."""

    projects: tuple[str, ...] = ()
    """Ids of projects."""
    folders: tuple[str, ...] = ()
    """Numbers of folders, with everything below."""
    organizations: tuple[str, ...] = ()
    """Numbers of organisations."""


def plan_collection(
    connection: Connection,
    where: Where,
    *,
    services: Sequence[Service],
    sources: Sequence[MetricSource],
    now: datetime,
    advice: DayCache[Kept] | None = None,
) -> CollectPlan:
    """Finds the projects.

    Args:
        connection: clients, and the limits of the run.
        where: what the user wants read.
        services: what to read of each project.
        sources: metrics to read of what is found.
        now: time of the collection, UTC.
        advice: where the day's recommendations are kept; None does not read them.

    Raises:
        CollectError: there is none to read.
        UsageError: a name that is none.
    """
    _require_names(where)
    found, ended = _projects(connection, where)
    if not found:
        raise _nothing(ended, where)
    return CollectPlan(
        connection=connection,
        projects=tuple(sorted(found, key=lambda project: project.id)),
        services=tuple(services),
        sources=tuple(sources),
        now=now,
        advice=advice,
        ended=(*ended, *_unsearched(found, services)),
    )


def scope_of(account: str, operation: str) -> Scope:
    """A scope of a whole project, or of the folder or organisation whose projects are listed."""
    return Scope(provider=PROVIDER, account=account, region=GLOBAL, operation=operation)


def kinds_of(services: Sequence[Service]) -> tuple[str, ...]:
    """Kinds of resource that services yield, sorted."""
    return tuple(sorted({kind.KIND for service in services for kind in service.kinds}))


def _require_names(where: Where) -> None:
    """Refuse what is no id of a project and no number of a folder or organisation.

    Sources: https://cloud.google.com/resource-manager/docs/creating-managing-projects (ids),
    https://cloud.google.com/resource-manager/docs/creating-managing-organization (numbers).
    """
    for project in where.projects:
        if not _PROJECT_ID.fullmatch(project):
            raise UsageError(f"{project!r} is no project id", hint="Ids look like my-project-123; numbers are no ids.")
    for kind, numbers in (("a folder", where.folders), ("an organisation", where.organizations)):
        for number in numbers:
            if not number.isdecimal():
                raise UsageError(f"{number!r} is no number of {kind}", hint="Such as 123456789012, nothing before it.")


def _projects(connection: Connection, where: Where) -> tuple[list[Project], list[ScopeResult]]:
    named = where.projects
    if not (named or where.folders or where.organizations):
        named = (connection.default_project,) if connection.default_project else ()
    found = {name: Project(id=name) for name in named}
    ended: dict[str, ScopeResult] = {}
    parents = [*(f"organizations/{one}" for one in where.organizations), *(f"folders/{one}" for one in where.folders)]
    for parent in dict.fromkeys(parents):
        rows, ended[parent] = _listed(connection, parent)
        for row in rows:
            spec = row.spec
            if not isinstance(spec, GcpProject):
                continue
            if spec.state in (ACTIVE, "unknown"):
                found[row.id] = Project(id=row.id, number=spec.number)
            elif row.id not in found:
                ended[row.id] = _dying(row.id)
    return list(found.values()), [result for name, result in ended.items() if name not in found]


def _listed(connection: Connection, parent: str) -> tuple[list[Resource], ScopeResult]:
    """The projects below a folder or organisation, however deep; a list that broke off gives none."""
    scope = scope_of(parent, PROJECTS_OPERATION)
    nobody = Project(id="")
    try:
        rows = [
            sound(row)
            for asset in list_assets(connection, parent, [PROJECT])
            if asset.asset_type == PROJECT
            for row in projects_of(nobody, asset)
        ]
    except (*CALL_ERRORS, UnsoundRow) as error:
        return [], gap(scope, (), classify(error))
    return rows, whole(scope, (), len(rows))


def _unsearched(projects: Sequence[Project], services: Sequence[Service]) -> Iterator[ScopeResult]:
    """What of each project no service will look at, though something may be there."""
    for service in services:
        for project in projects if service.unsearched else ():
            scope = scope_of(project.id, f"{service.id}:elsewhere")
            yield ScopeResult(scope=scope, status=Status.SKIPPED, kinds=(), reason=service.unsearched)


def _dying(project: str) -> ScopeResult:
    return ScopeResult(
        scope=scope_of(project, ASSETS_OPERATION),
        status=Status.SKIPPED,
        kinds=(),
        reason="being deleted",
    )


def _nothing(ended: Sequence[ScopeResult], where: Where) -> CollectError:
    """The error of a plan without projects: why they could not be listed, or that none was named."""
    gaps = [result for result in ended if result.status is Status.GAP]
    if gaps:
        first = gaps[0]
        fault = Fault(reason=first.reason or "unknown", permission=first.permission, detail=first.detail or "")
        needs = f"It needs {fault.permission}. " if fault.permission else ""
        return CollectError(
            f"the projects of {first.scope.account} cannot be listed: {fault.reason} ({fault.detail})",
            hint=f"{needs}`costopt permissions gcp` prints the role; or name projects with --project.",
        )
    if where.folders or where.organizations:
        return CollectError("there are no projects below what was named", hint="Name other folders, or a --project.")
    return CollectError("no project is named", hint="Name one with --project, or all of a --folder or --organization.")
