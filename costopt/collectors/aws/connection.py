"""A connection to one account: its own botocore session, its clients, and its credentials that can be renewed."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import Session

from costopt.collectors.aws.hooks import Hooks, Limits

MAX_ATTEMPTS = 10
"""Sends of one request under botocore's standard retry mode."""
_KEPT_CLIENTS = 48
"""Clients kept open an account; each holds about a megabyte of generated methods."""
_QUIET = ("boto3", "botocore", "urllib3", "s3transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How requests travel."""

    endpoint_url: str | None = None
    """Another endpoint for every service (an emulator); None is AWS."""
    connect_timeout: float = 10.0
    """Seconds to wait for a connection."""
    read_timeout: float = 60.0
    """Seconds to wait for an answer."""
    max_attempts: int = MAX_ATTEMPTS
    """Sends of one request, the first included."""
    max_connections: int = 32
    """Open connections of one client; not fewer than there are threads."""

    def config(self, *, validate: bool = True) -> Config:
        """As botocore wants it; `validate` checks parameters against the model before they are sent."""
        return Config(
            retries={"mode": "standard", "total_max_attempts": self.max_attempts},
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            max_pool_connections=self.max_connections,
            parameter_validation=validate,
        )


Credentials = Callable[[], Any]
"""Gives botocore credentials, anew at each call."""


class Connection:
    """Clients of one account. Safe for threads."""

    def __init__(
        self,
        *,
        account: str,
        partition: str,
        home_region: str,
        name: str,
        credentials: Credentials,
        wire: Wire,
        limits: Limits,
        profile: str | None = None,
    ) -> None:
        self.account = account
        self.partition = partition
        self.home_region = home_region
        self.name = name
        self.limits = limits
        self._load = credentials
        self._wire = wire
        self._profile = profile
        self._lock = threading.RLock()
        self._clients: OrderedDict[tuple[str, str, bool], Any] = OrderedDict()
        self._sessions: dict[bool, Session] = {}
        self._credentials: Any = None
        self.generation = 0

    def client(self, service: str, region: str, *, raw_time: bool = False) -> Any:
        """Client of a service in a region; `raw_time` leaves time stamps as they came, which is much faster."""
        with self._lock:
            key = (service, region, raw_time)
            if key in self._clients:
                self._clients.move_to_end(key)
            else:
                self._clients[key] = self._new_client(service, region, raw_time=raw_time)
                if len(self._clients) > _KEPT_CLIENTS:
                    self._clients.popitem(last=False)
            return self._clients[key]

    def open(self) -> None:
        """Loads the credentials now (assumes the role), so that a failure shows before any scope is read."""
        with self._lock:
            self._loaded().get_frozen_credentials()

    def renew(self, generation: int) -> None:
        """Loads new credentials in place of those of `generation`; does nothing where another thread already has."""
        with self._lock:
            if generation != self.generation:
                return
            self.generation += 1
            self._credentials = None
            self._clients.clear()
            self._sessions.clear()
            self.open()

    def _loaded(self) -> Any:
        if self._credentials is None:
            self._credentials = self._load()
        return self._credentials

    def _new_client(self, service: str, region: str, *, raw_time: bool) -> Any:
        if raw_time not in self._sessions:
            self._sessions[raw_time] = private_session(self._loaded(), self._profile, raw_time=raw_time)
        client = self._sessions[raw_time].create_client(
            service,
            region_name=region,
            endpoint_url=self._wire.endpoint_url,
            # Half the time of sending 500 metric queries is their validation, and they are all made alike.
            config=self._wire.config(validate=not raw_time),
        )
        bucket = self.limits.throttle.bucket(self.account, region, service)
        Hooks(service, bucket, self.limits).install(client)
        return client


class _Given:
    """A botocore credential provider that gives what it was given."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def load_credentials(self) -> Any:
        return self._credentials


def private_session(credentials: Any, profile: str | None = None, *, raw_time: bool = False) -> Session:
    """A botocore session that nobody else uses, so that its parser settings reach no other code.

    The profile is for its other settings, such as a proxy's certificates or FIPS endpoints.
    """
    session = Session(profile=profile)
    session.register_component("data_loader", service_models())
    session.register_component("credential_provider", _Given(credentials))
    if raw_time:
        # boto3 parses every time stamp with dateutil: 16 us a data point against 2 us, minutes for a large account.
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_as_it_came)
    return session


@cache
def service_models() -> Loader:
    """One copy of the service models for all accounts: that of EC2 alone takes tens of megabytes."""
    return create_loader()


def silence() -> None:
    """Keeps the SDK's debug logs off: they hold request signatures and whole answers."""
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _as_it_came(value: Any) -> Any:
    return value
