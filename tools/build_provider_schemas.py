"""Build the bundled provider schemas: `python tools/build_provider_schemas.py`. The same inputs give the same bytes.

Reads pinned wheels of CDK Terrain's (formerly CDKTF's) prebuilt providers from PyPI, downloaded once into a cache, and
writes costopt/terraform/schema/data/<provider>-<version>.json.gz. Nothing of a wheel is run.
"""

import argparse
import gzip
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent
sys.path[:0] = [str(TOOLS), str(TOOLS.parent)]

from catalog_sources import SourceError
from provider_typescript import Found, GeneratedSource
from provider_wheels import PROVIDERS, ProviderWheel, generated_sources

FORMAT = 1
"""Of the files; costopt.terraform.schema.catalog reads this one."""
LICENSE = "MPL-2.0"
NOTICE = (
    "Extracted from the generated bindings of this package, whose source code form is subject to the terms of the "
    "Mozilla Public License, v. 2.0. A copy of the MPL is at https://mozilla.org/MPL/2.0/."
)
_KINDS = ("resources", "data_sources", "ephemeral_resources")


def extract(pinned: ProviderWheel, cache: Path) -> dict[str, Any]:
    """The schema of one provider, with its provenance.

    Raises:
        SourceError: the wheel is not what was pinned, or was generated from another version of the provider.
    """
    found = [schema for text in generated_sources(pinned, cache) for schema in GeneratedSource(text).schemas()]
    versions = {schema.version for schema in found if schema.version}
    if versions != {pinned.version}:
        raise SourceError(f"{pinned.wheel.filename}: generated from {sorted(versions)}, expected {pinned.version}")
    return {
        "format": FORMAT,
        "provider": f"registry.terraform.io/hashicorp/{pinned.provider}",
        "version": pinned.version,
        "source": pinned.wheel.source,
        "sha256": pinned.wheel.sha256,
        "license": LICENSE,
        "notice": NOTICE,
        "provider_block": next((schema.block for schema in found if schema.kind == "provider"), {}),
        **{kind: _of_kind(found, kind) for kind in _KINDS},
    }


def _of_kind(found: list[Found], kind: str) -> dict[str, Any]:
    return {schema.name: schema.block for schema in sorted(found, key=lambda one: one.name) if schema.kind == kind}


def build(folder: Path, cache: Path, only: set[str]) -> list[str]:
    """Write the files and return lines that say what was built.

    Raises:
        SourceError: a download is not what was pinned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for pinned in PROVIDERS:
        if only and pinned.provider not in only:
            continue
        schema = extract(pinned, cache)
        text = json.dumps(schema, separators=(",", ":"), sort_keys=True)
        path = folder / f"{pinned.provider}-{pinned.version}.json.gz"
        path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
        counts = ", ".join(f"{len(schema[kind])} {kind.replace('_', ' ')}" for kind in _KINDS)
        lines.append(f"{path.name}: {counts}, {path.stat().st_size} bytes")
    return lines


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Build the bundled schemas of Terraform providers.")
    data = TOOLS.parent / "costopt" / "terraform" / "schema" / "data"
    parser.add_argument("--out", type=Path, default=data, help="folder to write, default costopt/terraform/schema/data")
    cache = Path(tempfile.gettempdir()) / "costopt-provider-wheels"
    parser.add_argument("--cache", type=Path, default=cache, help="folder of downloaded wheels")
    parser.add_argument("--only", nargs="*", default=[], help="names of providers, such as aws; default all")
    options = parser.parse_args()
    try:
        lines = build(options.out, options.cache, set(options.only))
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
