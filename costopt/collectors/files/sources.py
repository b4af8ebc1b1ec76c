"""Names under which bills are kept: the same for every month of one bill, and safe as the name of a folder."""

import hashlib
import re
from collections.abc import Collection, Sequence

from costopt.collectors.files.rows import first_values
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_LONGEST = 100
_ODD = re.compile(r"[^a-z0-9._-]+")
_FILES = 50
"""The billing account is sought in the first rows of this many files."""
_ACCOUNTS = {
    BillKind.FOCUS: ("BillingAccountId",),
    BillKind.CUR: ("bill/PayerAccountId", "bill_payer_account_id"),
    BillKind.GCP_EXPORT: ("billing_account_id",),
}
_NOTHING = frozenset({"", "NULL"})


def require_source(name: str) -> str:
    """Check a name that the user gives.

    Raises:
        BillError: it has other letters than the store allows.
    """
    if not _NAME.fullmatch(name):
        raise BillError(
            f"{name!r} is no name for a bill",
            hint=f"Use small letters, digits, dot, dash and underscore, at most {_LONGEST}: --source {slug(name)}.",
        )
    return name


def slug(name: str) -> str:
    """A name in the letters that the store allows: never empty, at most 100 long.

    What is too long, or has no such letter, keeps apart from others by a digest of it.
    """
    plain = _ODD.sub("-", name.lower()).strip("-._")
    if plain and len(plain) <= _LONGEST:
        return plain
    return f"{plain[: _LONGEST - 9].rstrip('-._') or 'bill'}-{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]


def loose_source(kind: BillKind, files: Sequence[BillFile]) -> str:
    """Name of a bill that has no manifest: its kind and whose it is, since files are called otherwise every month.

    That is the billing account where the first rows show one; of several, a digest of their ids; and the kind alone
    where no row tells. Whose bill it is stays the same from month to month, so the next month joins this one and a
    restated month replaces it. Where first rows show other accounts than a month ago the name changes, and the store
    then refuses a month that it has under the other name.
    """
    return accounts_source(kind, {account for file in files[:_FILES] for account in _accounts(file, _ACCOUNTS[kind])})


def accounts_source(kind: BillKind, accounts: Collection[str]) -> str:
    """Name of a bill of that kind and of those billing accounts; see `loose_source`."""
    of_all = "\n".join(sorted(accounts))
    if not of_all:
        return kind.value
    return slug(f"{kind.value}-{of_all}") if len(accounts) == 1 else f"{kind.value}-{_digest(of_all)}"


def _accounts(file: BillFile, names: tuple[str, ...]) -> set[str]:
    column = next((name for name in names if name in file.columns), None)
    return set() if column is None else set(first_values(file, column)) - _NOTHING
