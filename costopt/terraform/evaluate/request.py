"""What to evaluate, and why an engine may pass."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from costopt.model.terraform import Engine

ALL_ENGINES = tuple(Engine)


class EngineUnfit(Exception):  # noqa: N818 - it is no error: the next engine is asked
    """An engine that cannot evaluate this configuration; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A configuration and what belongs to it."""

    folder: Path
    """Directory of the root module."""
    plan: Path | None = None
    """Plan of it that the user made, as JSON."""
    state: Path | None = None
    """State v4 file to plan against; None plans everything anew."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values of root variables as `TF_VAR_` would give them; files of values and the command line outrank them."""
    variable_files: tuple[Path, ...] = ()
    """Files of values beside those that terraform reads by itself, later ones outrank."""
    workspace: str = "default"
    """What `terraform.workspace` says."""
    engines: tuple[Engine, ...] = ALL_ENGINES
    """Engines that may be used, in this order."""
    installed_providers: bool = False
    """Whether the provider plugins in `.terraform` may run: they are programs, and whoever made the tree chose them."""
    binary: Path | None = None
    """The terraform binary; None looks for one on PATH."""
    timeout_seconds: float = 300.0
    """Limit of each command of terraform."""
