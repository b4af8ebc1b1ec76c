"""The doctor: what works, what does not, and what to do about it."""

import platform
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from costopt.analyzer.registry import all_checks
from costopt.config.layers import Loaded, load
from costopt.config.settings import AwsSettings, GcpSettings, Settings
from costopt.errors import CostoptError
from costopt.pipeline.audit import chosen_checks
from costopt.pipeline.pricing import price_book, refreshed_catalog
from costopt.pipeline.version import tool_version
from costopt.prices.catalog import embedded_catalog_path
from costopt.prices.manifest import check_catalog
from costopt.prices.refresh.shelf import current_catalog

OLD_PRICES_DAYS = 90
"""Age of a refreshed catalog from which the doctor advises a refresh; AWS changes prices a few times a year."""


class Health(StrEnum):
    """State of one thing."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at."""

    subject: str
    """What."""
    health: Health
    """How it is."""
    detail: str
    """What was seen."""
    next_step: str = ""
    """What to do, where it is not well."""


def diagnose(
    config_file: Path | None,
    today: date,
    *,
    profile: str | None = None,
    endpoint_url: str | None = None,
    gcp_endpoint: str | None = None,
    online: bool,
) -> Iterator[Diagnosis]:
    """Look at everything that an audit needs, one after the other.

    Args:
        config_file: configuration file, the nearest one by default.
        today: to tell the age of prices.
        profile: AWS profile to try; that of the settings by default.
        endpoint_url: another endpoint of AWS, such as an emulator.
        gcp_endpoint: another endpoint of Google Cloud.
        online: whether to ask AWS who the caller is and Google who pays, which is free.
    """
    yield Diagnosis(
        subject="program",
        health=Health.OK,
        detail=f"costopt {tool_version()}, Python {sys.version.split()[0]}, {platform.platform(terse=True)}, "
        f"{len(all_checks())} checks",
    )
    loaded = yield from _settings(config_file)
    if loaded is None:
        return
    yield _guarded("prices", lambda: _prices(loaded, today))
    if online:
        chosen = profile or loaded.settings.aws.profile
        caller = _guarded("aws credentials", lambda: _caller(chosen, loaded, endpoint_url))
        is_wanted = profile or endpoint_url or not _is_google_alone(loaded.settings)
        yield caller if is_wanted else _lessened(caller)
        yield _guarded("google credentials", lambda: _google(loaded, gcp_endpoint))
    else:
        yield Diagnosis(subject="aws credentials", health=Health.OK, detail="not asked (--offline)")


def _settings(config_file: Path | None) -> Generator[Diagnosis, None, Loaded | None]:
    try:
        loaded = load(file=config_file)
        chosen_checks(loaded.settings)
    except CostoptError as error:
        yield Diagnosis(subject="settings", health=Health.PROBLEM, detail=str(error), next_step=error.hint)
        return None
    yield Diagnosis(
        subject="settings",
        health=Health.OK,
        detail=str(loaded.file or "no costopt.toml here or above; defaults are used"),
    )
    return loaded


def _guarded(subject: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    try:
        return look()
    except CostoptError as error:
        return Diagnosis(subject=subject, health=Health.PROBLEM, detail=str(error), next_step=error.hint)


def _prices(loaded: Loaded, today: date) -> Diagnosis:
    book = price_book(loaded.settings.prices)
    cache = refreshed_catalog(loaded.settings.prices)
    refreshed = current_catalog(cache)
    check_catalog(refreshed or embedded_catalog_path())
    source = f"refreshed, in {cache}" if refreshed else "embedded"
    detail = f"{source}, version {book.version}, oldest source of {book.as_of}"
    if (today - book.as_of).days <= OLD_PRICES_DAYS:
        return Diagnosis(subject="prices", health=Health.OK, detail=detail)
    return Diagnosis(subject="prices", health=Health.WARNING, detail=detail, next_step="costopt prices refresh")


def _is_google_alone(settings: Settings) -> bool:
    """Whether the settings name places of Google Cloud and nothing of AWS."""
    return _names_google(settings.gcp) and settings.aws == AwsSettings()


def _names_google(gcp: GcpSettings) -> bool:
    return bool(gcp.projects or gcp.folders or gcp.organizations)


def _lessened(found: Diagnosis) -> Diagnosis:
    """A problem of what the settings do not ask for is a warning."""
    return replace(found, health=Health.WARNING) if found.health is Health.PROBLEM else found


def _caller(profile: str | None, loaded: Loaded, endpoint_url: str | None) -> Diagnosis:
    from costopt.collectors.aws.connection import Wire
    from costopt.collectors.aws.hooks import Limits
    from costopt.collectors.aws.sessions import Access, connect

    aws = loaded.settings.aws
    access = Access(
        profile=profile, regions=aws.regions, wire=Wire(endpoint_url=endpoint_url, max_attempts=2, connect_timeout=5)
    )
    (connection,) = connect(access, Limits.of(deadline_seconds=20))
    return Diagnosis(
        subject="aws credentials", health=Health.OK, detail=f"account {connection.account} with {connection.name}"
    )


def _google(loaded: Loaded, endpoint: str | None) -> Diagnosis:
    gcp = loaded.settings.gcp
    if not _names_google(gcp):
        detail = "not asked: [gcp] of the settings names no project, folder or organisation"
        return Diagnosis(subject="google credentials", health=Health.OK, detail=detail)
    from costopt.pipeline.gcp_access import describe_gcp_access

    detail = describe_gcp_access(gcp, endpoint=endpoint)
    return Diagnosis(subject="google credentials", health=Health.OK, detail=detail)
