"""From what the user names to bills: files found, checked, grouped and named, each counted once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from costopt.collectors.files.bounds import MAX_FILES, require_ordinary, unreadable
from costopt.collectors.files.contents import digests, fingerprint
from costopt.collectors.files.editions import newest, require_one_edition
from costopt.collectors.files.folders import LeftOut, Listing, is_archive, is_manifest, listing, summary
from costopt.collectors.files.headers import header_of, named_form
from costopt.collectors.files.manifests import Manifest, locate, read_manifest
from costopt.collectors.files.recognition import FORMS, require_kind
from costopt.collectors.files.rows import has_rows
from costopt.collectors.files.sources import loose_source, require_source, slug
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, Delivery, FileForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found at the places that the user named."""

    deliveries: tuple[Delivery, ...]
    """Bills, sorted by source and billing period."""
    left_out: tuple[LeftOut, ...]
    """What lay there and was not taken, with the reason; `folders.summary` says it in a sentence."""


@dataclass(slots=True)
class _Found:
    """Files and manifests at all places, before they are grouped."""

    loose: list[Path] = field(default_factory=list)
    manifests: list[tuple[Manifest, Path | None]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A delivery whose content is not read yet."""

    source: str
    files: tuple[BillFile, ...]
    version: str | None = None
    periods: tuple[str, ...] = ()


def discover(paths: Sequence[Path], kind: BillKind, *, source: str | None) -> tuple[Delivery, ...]:
    """Find the bills at `paths`; see `discovery`, which also says what was left out."""
    return discovery(paths, kind, source=source).deliveries


def discovery(paths: Sequence[Path], kind: BillKind, *, source: str | None) -> Discovery:
    """Find the bills at `paths` and check their files, so that what is read afterwards is whole and counts once.

    Where there is a manifest only the files that it names are taken, one delivery for each billing period. All files
    without a manifest are one delivery.

    Args:
        paths: files, folders or manifests. Links that are named are followed, links inside folders are not.
        kind: what they have to be.
        source: name to keep them under; by default the export's own, without manifest the kind and billing account.

    Raises:
        BillError: nothing is found; a file is not the kind that was asked for, damaged, cut off, too large, there
            twice, or missing though a manifest names it; several editions lie side by side and none is known to be the
            latest; two bills of one month would have the same name.
    """
    name = None if source is None else require_source(source)
    found = _find(paths, kind)
    drafts = _from_manifests(found, kind, name)
    if found.loose:
        drafts.append(_from_loose(found.loose, kind, name))
    if not drafts:
        left = summary(found.left_out)
        raise BillError(
            f"no bill found at {', '.join(map(str, paths))}" + (f": {left}" if left else ""),
            hint="Name Parquet, CSV or CSV.gz files, their folder, or the manifest of an export.",
        )
    drafts.sort(key=lambda one: (one.source, one.periods))
    _require_apart(drafts)
    return Discovery(deliveries=_delivered(drafts, kind), left_out=tuple(found.left_out))


def _find(paths: Sequence[Path], kind: BillKind) -> _Found:
    found = _Found()
    for named in paths:
        path = named.absolute()
        try:
            is_folder = path.is_dir()
            if not is_folder:
                require_ordinary(path)
        except OSError as error:
            raise unreadable(path, error) from error
        if is_folder:
            _add_folder(found, path, kind)
        else:
            _add_file(found, path)
    return found


def _add_file(found: _Found, path: Path) -> None:
    """A file that the user names has to be something; its content tells what, where its name does not."""
    if is_archive(path):
        raise BillError(f"{path} is an archive", hint="Unpack it first, then name the files that were in it.")
    if is_manifest(path):
        manifest = read_manifest(path)
        if manifest is None or not manifest.keys:
            raise BillError(
                f"{path} names no files of a bill", hint="Name the manifest of an AWS report or export, or a folder."
            )
        found.manifests.append((manifest, None))
    elif named_form(path) is None and header_of(path).form is not FileForm.PARQUET:
        raise BillError(
            f"{path} is named like no file of a bill", hint="Names end in .parquet, .csv, .csv.gz, or .jsonl of Google."
        )
    else:
        found.loose.append(path)


def _add_folder(found: _Found, folder: Path, kind: BillKind) -> None:
    """Whatever lies in the folder of an export with a manifest is only taken if that names it."""
    here = listing(folder, FORMS[kind])
    roots = []
    for path in here.manifests:
        manifest = read_manifest(path)
        if manifest is None or not manifest.keys:
            here.leave(path, "a manifest of something else" if manifest is None else "a manifest that names no file")
        else:
            found.manifests.append((manifest, folder))
            roots.append(manifest.export_folder)
    _split_loose(found, here, roots)
    found.left_out.extend(here.left_out)


def _split_loose(found: _Found, here: Listing, roots: Sequence[Path]) -> None:
    inside = set(roots)
    for path in here.files:
        if inside.isdisjoint(path.parents):
            found.loose.append(path)
        else:
            # Those that a manifest names leave this list again once they are located.
            here.leave(path, _UNNAMED)


_UNNAMED = "no manifest that counts names it"


def _from_manifests(found: _Found, kind: BillKind, name: str | None) -> list[_Draft]:
    """One draft for each billing period of each export."""
    groups: dict[tuple[str, str, str], list[Manifest]] = defaultdict(list)
    given = {manifest.path: folder for manifest, folder in found.manifests}
    for manifest, _ in found.manifests:
        groups[manifest.owner, manifest.name, manifest.period or str(manifest.path)].append(manifest)
    drafts = []
    for group in groups.values():
        chosen = newest(group)
        files = _checked(locate(chosen, given[chosen.path]), kind)
        drafts.append(
            _Draft(
                source=name or slug(chosen.name or kind.value),
                files=files,
                version=chosen.version or None,
                periods=(chosen.period,) if chosen.period else (),
            )
        )
        found.left_out.extend(
            LeftOut(path=one.path, reason="a manifest of an older edition")
            for one in group
            if (one.version, one.keys) != (chosen.version, chosen.keys)
        )
    taken = {Path(file.path) for draft in drafts for file in draft.files}
    found.left_out[:] = [one for one in found.left_out if one.reason != _UNNAMED or one.path not in taken]
    return drafts


def _from_loose(paths: Sequence[Path], kind: BillKind, name: str | None) -> _Draft:
    require_one_edition(paths)
    files = _checked(sorted(paths), kind)
    return _Draft(source=name or loose_source(kind, files), files=files)


def _checked(paths: Sequence[Path], kind: BillKind) -> tuple[BillFile, ...]:
    """Headers of the files of one delivery."""
    if len(paths) > MAX_FILES:
        raise BillError(f"{len(paths):,} files in one bill; at most {MAX_FILES:,} are read", hint="Name fewer.")
    files = tuple(header_of(path) for path in paths)
    for file in files:
        require_kind(file, kind)
    return files


def _require_apart(drafts: Sequence[_Draft]) -> None:
    """Of two bills of one name and month the second would replace the first."""
    seen: dict[str, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        for other in seen[draft.source]:
            if not draft.periods or not other.periods or set(draft.periods) & set(other.periods):
                raise BillError(
                    f"{other.files[0].path} and {draft.files[0].path} belong to two bills that would both be kept as "
                    f"{draft.source!r}; one would replace the other",
                    hint="Collect them one after the other, each with a --source of its own.",
                )
        seen[draft.source].append(draft)


def _delivered(drafts: Sequence[_Draft], kind: BillKind) -> tuple[Delivery, ...]:
    files = [file for draft in drafts for file in draft.files]
    # The same file by two names would be read twice: first the cheap question, then the sure one.
    _require_single((str(Path(file.path).resolve()), file) for file in files)
    contents = digests(files)
    counts = Counter(contents)
    pairs = tuple(zip(contents, files, strict=True))
    # Of two files without rows nothing counts twice.
    _require_single((content, file) for content, file in pairs if counts[content] > 1 and has_rows(file))
    by_path = {file.path: content for content, file in pairs}
    return tuple(
        Delivery(
            kind=kind,
            source=draft.source,
            files=draft.files,
            fingerprint=fingerprint(kind, [by_path[file.path] for file in draft.files]),
            version=draft.version,
            periods=draft.periods,
        )
        for draft in drafts
    )


def _require_single(named: Iterable[tuple[str, BillFile]]) -> None:
    seen: dict[str, BillFile] = {}
    for key, file in named:
        other = seen.setdefault(key, file)
        if other is not file:
            raise BillError(
                f"{other.path} and {file.path} are the same; both would count", hint="Name one of them only."
            )
