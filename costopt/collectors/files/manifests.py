"""Manifests: which files AWS says are a bill. They are written last, so what one names was whole when it came."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from costopt.collectors.files.bounds import MAX_FILES, MAX_MANIFEST_BYTES, ordinary
from costopt.collectors.files.folders import METADATA
from costopt.errors import BillError

_ID = re.compile(r"[\w.:/+=@-]{1,300}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])")
_PARTITION = re.compile(r"billing_period=(\d{4}-(?:0[1-9]|1[0-2]))", re.IGNORECASE)
_RANGE = re.compile(r"\d{8}-\d{8}")
_BUCKET = re.compile(r"s3[an]?://[^/]+/")
_MAX_PARTS = 40
_MAX_KEY_BYTES = 1_024
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the manifest of one edition of one billing period says."""

    path: Path
    """Where it is."""
    name: str
    """Name of the report or export; may be empty."""
    owner: str
    """What tells exports of one name apart: ARN of the export, or account and bucket of a report."""
    version: str
    """Assembly or execution id; empty where it has none."""
    period: str
    """Billing period, `YYYY-MM`; empty where it does not say."""
    keys: tuple[PurePosixPath, ...]
    """Keys of its files, without bucket; each is relative and has no part that leads upwards."""

    @property
    def export_folder(self) -> Path:
        """The folder in which the export's data and manifests lie, as its place in a known layout tells.

        `EXPORT/metadata/BILLING_PERIOD=YYYY-MM/NAME-Manifest.json` for Data Exports
        (https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html);
        `REPORT/YYYYMMDD-YYYYMMDD/[ASSEMBLY/]NAME-Manifest.json` for reports
        (https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html);
        elsewhere the manifest's own folder.
        """
        for folder in list(self.path.parents)[:4]:
            if folder.name == METADATA or _RANGE.fullmatch(folder.name):
                return folder.parent
        return self.path.parent


class _Period(msgspec.Struct):
    start: str = ""


class _Document(msgspec.Struct, rename="camel"):
    """Both sorts of manifest; what is not needed is not looked at."""

    report_keys: list[str] | None = None
    data_files: list[str] | None = None
    assembly_id: str | None = None
    execution_id: str | None = None
    export_arn: str | None = None
    export_name: str | None = None
    report_name: str | None = None
    account: str | None = None
    bucket: str | None = None
    billing_period: _Period | None = None


def read_manifest(path: Path) -> Manifest | None:
    """Read a manifest of a legacy report or of a Data Export.

    Returns:
        What it says; None where it is a manifest of something else.

    Raises:
        BillError: it cannot be read, is damaged, too large, or names files outside its export.
    """
    with ordinary(path) as stream:
        raw = stream.read(MAX_MANIFEST_BYTES + 1)
    if len(raw) > MAX_MANIFEST_BYTES:
        raise BillError(f"{path} is larger than {MAX_MANIFEST_BYTES:,} bytes", hint="It is no manifest of a bill.")
    try:
        document = msgspec.json.decode(raw, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BillError(f"{path} is no manifest of a bill, or a damaged one", hint="Download it again.") from error
    names = document.report_keys if document.report_keys is not None else document.data_files
    return None if names is None else _manifest(path, document, names)


def _manifest(path: Path, document: _Document, names: list[str]) -> Manifest:
    if len(names) > MAX_FILES:
        raise BillError(f"{path} names {len(names):,} files; at most {MAX_FILES:,} are read", hint="Is it whole?")
    keys = tuple(_key(path, name) for name in names)
    if len(set(keys)) != len(keys):
        raise BillError(f"{path} names a file twice, which would count twice", hint="Download it again.")
    version = document.assembly_id or document.execution_id or ""
    if version and not _ID.fullmatch(version):
        raise BillError(f"{path} has an id of its edition that is none", hint="Download it again.")
    return Manifest(
        path=path,
        name=document.report_name or document.export_name or path.name[: -len("manifest.json")].rstrip("-"),
        owner=document.export_arn or f"{document.account or ''}/{document.bucket or ''}",
        version=version,
        period=_period(path, document, keys),
        keys=keys,
    )


def _key(path: Path, name: str) -> PurePosixPath:
    """A key without its bucket.

    A prefix that is empty gives keys that begin with a slash; it means nothing. What leads upwards, is no key of S3 or
    names another place than S3, is refused: a manifest must not reach other files of the machine.
    """
    key = _BUCKET.sub("", name, count=1)
    parts = [part for part in key.split("/") if part]
    odd = any(part in {".", ".."} or "\\" in part or ":" in part[1:2] for part in parts)
    if not parts or odd or "://" in key or any(ord(letter) < ord(" ") for letter in key):
        raise BillError(f"{path} names {name[:200]!r}, which is no place inside its export", hint="Do not trust it.")
    if len(parts) > _MAX_PARTS or len(key.encode(errors="replace")) > _MAX_KEY_BYTES:
        raise BillError(f"{path} names a file by more than a key of S3 can have", hint="Download it again.")
    return PurePosixPath(*parts)


def _period(path: Path, document: _Document, keys: tuple[PurePosixPath, ...]) -> str:
    """Billing period by the manifest itself, else by where it or its files lie.

    Raises:
        BillError: its files lie in several.
    """
    start = _MONTH.match(document.billing_period.start) if document.billing_period else None
    if start:
        return f"{start[1]}-{start[2]}"
    found = set(_PARTITION.findall("\n".join(map(str, keys)))) or set(_PARTITION.findall("/".join(path.parts[-4:])))
    if len(found) > 1:
        raise BillError(
            f"{path} names files of several billing periods: {', '.join(sorted(found)[:6])}", hint="Download it again."
        )
    return found.pop() if found else ""


def locate(manifest: Manifest, given: Path | None) -> tuple[Path, ...]:
    """Where the files of a manifest are, in the order of their keys.

    Each is looked for beside the manifest, in the folder of its export and in the folder that the user named, by the
    longest end of its key that exists there. By its bare name it is only looked for beside the manifest, since files of
    several billing periods have the same names.

    Args:
        manifest: what names the files.
        given: the folder in which the manifest was found; None where the user named the manifest itself.

    Raises:
        BillError: a file is not there: the bill is half-written or half-copied. Or it is a link.
    """
    roots = list(dict.fromkeys([manifest.path.parent, manifest.export_folder, *([given] if given else [])]))
    found = tuple(_located(manifest, key, roots) for key in manifest.keys)
    if len(set(found)) != len(found):
        raise BillError(f"{manifest.path} names a file twice, which would count twice", hint="Download it again.")
    return found


def _located(manifest: Manifest, key: PurePosixPath, roots: list[Path]) -> Path:
    # Of a report that AWS packed with zip, the user may have unpacked the files and left them there.
    for one in (key.with_suffix(""), key) if key.suffix == ".zip" else (key,):
        for root in roots:
            for start in range(len(one.parts) if root == manifest.path.parent else len(one.parts) - 1):
                path = _inside(root, one.parts[start:])
                if path is not None:
                    return path
    raise BillError(
        f"{manifest.path} names {key}, which is not there",
        hint="The bill is half-written or half-copied. Copy the whole folder of the export, then repeat.",
    )


def _inside(root: Path, parts: tuple[str, ...]) -> Path | None:
    """A file below `root`, or None where there is none.

    Raises:
        BillError: it, or a folder on the way, is a link.
    """
    path = root.joinpath(*parts)
    try:
        if not path.is_file():
            return None
    except OSError:
        return None
    below = [root.joinpath(*parts[:count]) for count in range(1, len(parts) + 1)]
    if any(one.is_symlink() for one in below):
        raise BillError(f"{path} is a link, which is not followed for a manifest", hint="Copy the file itself there.")
    return path
