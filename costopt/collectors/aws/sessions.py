"""From a profile, roles or an organisation to one connection per account."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound
from botocore.session import Session

from costopt.collectors.aws.connection import Connection, Wire, silence
from costopt.collectors.aws.faults import CALL_ERRORS, EXPIRED, classify, error_code
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.regions import HOME_REGIONS, check_partition, check_regions, known_regions, partition_of
from costopt.collectors.faults import Fault
from costopt.errors import CollectError, UsageError

_SESSION_NAME = "costopt"
_ARN_PARTS = 6

ACCESS_CALLS = (
    Call(client="sts", operation="GetCallerIdentity", action="sts:GetCallerIdentity", result="Account"),
    Call(client="sts", operation="AssumeRole", action="sts:AssumeRole", result="Credentials"),
    Call(client="organizations", operation="ListAccounts", action="organizations:ListAccounts", result="Accounts"),
)
"""What reaching the accounts needs, beside the collectors' own calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Which accounts to read, and as whom."""

    profile: str | None = None
    """Profile of the AWS configuration; None is the default chain (environment, SSO, instance role, ...)."""
    role_arns: tuple[str, ...] = ()
    """Roles to assume, one an account; their accounts are read instead of the caller's."""
    external_id: str | None = None
    """ExternalId of the roles, where their trust policy asks for one."""
    organization_role: str | None = None
    """Name of a role that every member account has; the caller must be in the management account. Reads all active
    members and the caller's own account."""
    accounts: tuple[str, ...] = ()
    """Only these of the accounts found; empty is all."""
    regions: tuple[str, ...] = ()
    """Regions to read; empty is every region that an account has switched on."""
    wire: Wire = field(default_factory=Wire)
    """Endpoint and timeouts."""

    @property
    def who(self) -> str:
        """How to name the caller in a message."""
        return f"profile {self.profile!r}" if self.profile else "the default credential chain"


def connect(access: Access, limits: Limits) -> tuple[Connection, ...]:
    """One connection per account, sorted by account; roles are not assumed yet.

    Raises:
        CollectError: no usable credentials, or the organisation cannot be listed.
        UsageError: an unknown region, a malformed role, contradicting options.
    """
    silence()
    _check(access)
    base = _caller(access, limits)
    check_partition(access.regions, base.partition)
    if access.organization_role:
        found = _organization(access, base)
    elif access.role_arns:
        found = [_assumed(access, base, arn) for arn in access.role_arns]
    else:
        found = [base]
    return tuple(sorted(_chosen(access, found), key=lambda connection: connection.account))


def _chosen(access: Access, found: Sequence[Connection]) -> Sequence[Connection]:
    """Those that the user wants."""
    if not access.accounts:
        return found
    known = {connection.account for connection in found}
    missing = sorted(set(access.accounts) - known)
    if missing:
        raise UsageError(
            f"account {', '.join(missing)} is not among those that {access.who} can read",
            hint=f"Accounts found: {', '.join(sorted(known))}. Others need a role, or the organisation's role.",
        )
    return [connection for connection in found if connection.account in access.accounts]


def start_region(access: Access) -> str:
    """Region of the first calls: the user's, else that of the profile, else us-east-1."""
    if access.regions:
        return access.regions[0]
    configured = Session(profile=access.profile).get_config_variable("region")
    return str(configured) if configured else HOME_REGIONS["aws"]


def _check(access: Access) -> None:
    check_regions(access.regions)
    if access.role_arns and access.organization_role:
        raise UsageError("roles and an organisation role in one run", hint="Give either the roles or the role's name.")
    accounts = [_role_account(arn) for arn in access.role_arns]
    twice = sorted({account for account in accounts if accounts.count(account) > 1})
    if twice:
        raise UsageError(f"two roles of account {', '.join(twice)}", hint="Give one role per account.")


def _role_account(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[2] != "iam" or not parts[4].isdigit() or not parts[5].startswith("role/"):
        raise UsageError(
            f"not the ARN of a role: {arn!r}", hint="It looks like arn:aws:iam::123456789012:role/costopt."
        )
    return parts[4]


def _caller(access: Access, limits: Limits) -> Connection:
    region = first_region(access)
    probe = _base(access, limits, account="caller", partition=_partition_or_aws(region), region=region)
    try:
        identity = probe.client("sts", region).get_caller_identity()
        partition = str(identity["Arn"]).split(":")[1]
    except (*CALL_ERRORS, KeyError) as error:
        raise unusable(access.who, classify(error)) from error
    home = HOME_REGIONS.get(partition) or next(iter(known_regions(partition)), region)
    return _base(access, limits, account=str(identity["Account"]), partition=partition, region=home)


def first_region(access: Access) -> str:
    """As `start_region`, for a profile that may not exist.

    Raises:
        CollectError: it does not.
    """
    try:
        return start_region(access)
    except ProfileNotFound as error:
        known = ", ".join(sorted(Session().available_profiles)) or "none"
        raise CollectError(
            str(error), hint=f"Profiles of this machine: {known}. `aws configure --profile NAME` makes one."
        ) from error
    except BotoCoreError as error:
        raise unusable(access.who, classify(error)) from error


def _partition_or_aws(region: str) -> str:
    try:
        return partition_of(region)
    except UsageError:
        return "aws"


def _base(access: Access, limits: Limits, *, account: str, partition: str, region: str) -> Connection:
    def load() -> Any:
        # A new session each time, so that renewing reads the files and the environment again.
        credentials = Session(profile=access.profile).get_credentials()
        if credentials is None:
            raise NoCredentialsError
        return credentials

    return Connection(
        account=account,
        partition=partition,
        home_region=region,
        name=access.who,
        credentials=load,
        wire=access.wire,
        profile=access.profile,
        limits=limits,
    )


def _assumed(access: Access, base: Connection, arn: str) -> Connection:
    def fetch() -> dict[str, str]:
        return _assume(access, base, arn)

    def load() -> Any:
        return RefreshableCredentials.create_from_metadata(metadata=fetch(), refresh_using=fetch, method="assume-role")

    return Connection(
        account=_role_account(arn),
        partition=base.partition,
        home_region=base.home_region,
        name=f"role {arn}",
        credentials=load,
        wire=access.wire,
        profile=access.profile,
        limits=base.limits,
    )


def _assume(access: Access, base: Connection, arn: str) -> dict[str, str]:
    """Credentials of a role. Asked of a regional endpoint: its tokens are valid in opt-in regions, too."""
    params = {"RoleArn": arn, "RoleSessionName": _SESSION_NAME}
    if access.external_id:
        params["ExternalId"] = access.external_id
    region = access.regions[0] if access.regions else base.home_region
    generation = base.generation
    try:
        answer = base.client("sts", region).assume_role(**params)
    except ClientError as error:
        if error_code(error) not in EXPIRED:
            raise
        base.renew(generation)
        answer = base.client("sts", region).assume_role(**params)
    given = answer["Credentials"]
    return {
        "access_key": given["AccessKeyId"],
        "secret_key": given["SecretAccessKey"],
        "token": given["SessionToken"],
        "expiry_time": given["Expiration"].isoformat(),
    }


def _organization(access: Access, base: Connection) -> list[Connection]:
    pages = base.client("organizations", base.home_region).get_paginator("list_accounts").paginate()
    try:
        members = [account for page in pages for account in page["Accounts"]]
    except (*CALL_ERRORS, KeyError) as error:
        raise CollectError(
            f"the organisation of account {base.account} cannot be listed: {classify(error).detail}",
            hint="Use credentials of the management account (or a delegated administrator) with "
            "organizations:ListAccounts, or name the roles one by one.",
        ) from error
    active = [m["Id"] for m in members if m.get("State", m.get("Status")) == "ACTIVE" and m["Id"] != base.account]
    arns = [f"arn:{base.partition}:iam::{account}:role/{access.organization_role}" for account in active]
    return [base, *(_assumed(access, base, arn) for arn in arns)]


def unusable(who: str, fault: Fault) -> CollectError:
    """The error of a caller or role that cannot be used at all."""
    hints = {
        "credentials": "Sign in again (`aws sso login`, `aws configure`), or name another profile or role. Those of "
        "GovCloud and China need a --region of theirs.",
        "denied": f"Allow {fault.permission or 'sts:AssumeRole'}, and check the role's trust policy and ExternalId.",
        "denied by SCP": "Ask who manages the organisation's service control policies.",
        "network": "Check the network, the proxy and --endpoint-url.",
    }
    return CollectError(
        f"AWS cannot be read with {who}: {fault.detail}",
        hint=hints.get(fault.reason, "Try `aws sts get-caller-identity` with the same credentials."),
    )
