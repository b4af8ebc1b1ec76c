"""Evaluates a configuration as it is, and as it would be with some files edited."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from costopt.errors import TerraformError
from costopt.model.terraform import Engine, Evaluation
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.private_copy import private_copy

PROOF_ENGINES = (Engine.PROVIDERS, Engine.STUB)
"""Engines that evaluate every expression as terraform does, since they are terraform."""


class Evaluator:
    """Plans one configuration again and again, always with the same engine."""

    def __init__(self, request: Request, configuration: Configuration) -> None:
        """Say what is evaluated, and with what.

        Args:
            request: the configuration, what belongs to it, and the engines that may be used.
            configuration: what was read of it.
        """
        self._request = request
        self._configuration = configuration
        self.plans = 0

    def before(self) -> Evaluation:
        """The configuration as it is.

        Raises:
            TerraformError: no engine can evaluate it.
        """
        self.plans += 1
        evaluation = evaluate(self._request)
        self._request = replace(self._request, engines=(evaluation.engine,))
        return evaluation

    def after(self, files: Mapping[Path, bytes]) -> Evaluation | str:
        """The configuration with other content in some files; why it cannot be evaluated, where it cannot.

        Args:
            files: new content by path.

        Raises:
            TerraformError: the tree cannot be copied.
        """
        self.plans += 1
        root = self._configuration.root.folder.resolve()
        with private_copy(self._configuration) as copy:
            for path, content in files.items():
                (copy.root / path.relative_to(root)).write_bytes(content)
            _lend_providers(root, copy.root)
            edited = replace(self._request, folder=copy.root, variable_files=self._copied(root, copy.root))
            try:
                return evaluate(edited)
            except TerraformError as error:
                return str(error).replace(str(copy.root), str(root))

    def _copied(self, root: Path, copied: Path) -> tuple[Path, ...]:
        """Files of values that were named, those in the directory as they are in the copy."""
        resolved = [path.resolve() for path in self._request.variable_files]
        return tuple(copied / path.relative_to(root) if path.is_relative_to(root) else path for path in resolved)


def _lend_providers(root: Path, copied: Path) -> None:
    """Let the copy find the providers that are installed: too large to copy, and never written."""
    installed = root / ".terraform" / "providers"
    if installed.is_dir():
        (copied / ".terraform").mkdir(exist_ok=True)
        (copied / ".terraform" / "providers").symlink_to(installed)
