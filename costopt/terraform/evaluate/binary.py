"""Plans with the terraform binary, on a private copy: with the providers that are installed, or with the stub."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.errors import TerraformError
from costopt.model.terraform import Engine, Evaluation, Unevaluated
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.configuration.providers import required_providers
from costopt.terraform.evaluate.absent_modules import stand_in_for_absent
from costopt.terraform.evaluate.outside_reads import check_reads
from costopt.terraform.evaluate.plan_json import evaluation_of_plan
from costopt.terraform.evaluate.request import EngineUnfit, Request
from costopt.terraform.evaluate.seal import data_types, seal
from costopt.terraform.evaluate.stand_ins import stand_ins
from costopt.terraform.private_copy import PrivateCopy, private_copy
from costopt.terraform.process import Ended, clean_environment, find_binary, run_terraform

_RUNS_PROGRAMS = frozenset({"external", "http"})
"""Data sources that run a program of the configuration, or call the network, while a plan is made."""
_PLAN = "costopt.tfplan"


def evaluate_with_stub(request: Request, configuration: Configuration) -> Evaluation:
    """Plan with stand-ins for all providers: no registry, no credentials, no cloud.

    Raises:
        EngineUnfit: there is no binary, or the plan fails.
        TerraformError: the tree cannot be copied.
    """
    binary = _binary(request)
    computed = check_reads(configuration)
    standing = stand_ins(configuration, request.state)
    with private_copy(configuration) as copy, standing.serving() as reattach:
        absent = stand_in_for_absent(configuration, copy.root)
        unread = seal(configuration, copy.root)
        run = _Run(request=request, copy=copy, binary=binary, extra=reattach)
        empty = copy.home / "no-providers"
        empty.mkdir()
        document = run.plan(["init", *_module_flags(configuration), f"-plugin-dir={empty}"])
    evaluation = evaluation_of_plan(document, engine=Engine.STUB)
    return replace(
        evaluation,
        provider_versions=standing.versions(),
        unevaluated=(*standing.notes, *absent, *unread, *computed, *_made_up(document)),
    )


def evaluate_with_providers(request: Request, configuration: Configuration) -> Evaluation:
    """Plan with the providers that `terraform init` has installed in the directory.

    Raises:
        EngineUnfit: there is no binary, a provider or module is not installed, or the plan fails.
        TerraformError: the tree cannot be copied.
    """
    binary = _binary(request)
    _check_modules(configuration)
    computed = check_reads(configuration)
    for type_name, block in data_types(configuration):
        if type_name in _RUNS_PROGRAMS:
            raise EngineUnfit(f'{block.file.name}:{block.line}: data "{type_name}" would run a program or call out')
    installed = configuration.root.folder / ".terraform" / "providers"
    needed = required_providers(configuration)
    if needed and not request.installed_providers:
        raise EngineUnfit("provider plugins of the directory are programs: they are not run unless that is allowed")
    absent = [address for address in needed if not (installed / address).is_dir()]
    if absent:
        raise EngineUnfit(f"not installed: {', '.join(absent)}")
    with private_copy(configuration) as copy:
        unread = seal(configuration, copy.root)
        run = _Run(request=request, copy=copy, binary=binary, extra={})
        plugins = installed.resolve() if needed else copy.home
        document = run.plan(["init", *_module_flags(configuration), f"-plugin-dir={plugins}"])
    return replace(evaluation_of_plan(document, engine=Engine.PROVIDERS), unevaluated=(*unread, *computed))


def _binary(request: Request) -> Path:
    binary = request.binary or find_binary()
    if binary is None:
        raise EngineUnfit("neither terraform nor tofu is on PATH")
    return binary


def _module_flags(configuration: Configuration) -> list[str]:
    """Nothing is fetched. Modules are looked for in the tree where there is anything that `init` has not seen."""
    installed = [call for call in configuration.calls if call.folder and not call.is_local]
    return ["-get=false"] if installed and not configuration.missing else []


def _check_modules(configuration: Configuration) -> None:
    if configuration.missing:
        call = configuration.missing[0]
        raise EngineUnfit(
            f"{call.block.file.name}:{call.block.line}: module {'.'.join(call.path)} ({call.source or 'no source'}) "
            "is not installed: run `terraform init` or `terraform get`"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The commands that lead to a plan."""

    request: Request
    copy: PrivateCopy
    binary: Path
    extra: Mapping[str, str]

    def plan(self, init: list[str]) -> dict[str, Any]:
        """Make the plan and read it.

        Raises:
            EngineUnfit: a command fails.
        """
        self._place_state()
        self._command([*init, "-input=false", "-no-color"])
        files = [f"-var-file={path.resolve()}" for path in self.request.variable_files]
        # As JSON: to draw 1,000 resources for people takes terraform a quarter of the time.
        options = ["-json", "-refresh=false", "-lock=false", "-input=false", f"-out={_PLAN}"]
        self._command(["plan", *options, *files])
        shown = self._command(["show", "-json", "-no-color", _PLAN])
        document: dict[str, Any] = json.loads(shown.stdout, parse_float=Decimal)
        return document

    def _place_state(self) -> None:
        """Put the state where the local backend looks for it."""
        workspace = self.request.workspace
        place = self.copy.root
        if workspace != "default":
            place = place / "terraform.tfstate.d" / workspace
            settings = self.copy.root / ".terraform"
            settings.mkdir(exist_ok=True)
            (settings / "environment").write_text(workspace)
        place.mkdir(parents=True, exist_ok=True)
        if self.request.state:
            shutil.copyfile(self.request.state, place / "terraform.tfstate")

    def _command(self, arguments: list[str]) -> Ended:
        variables = {f"TF_VAR_{name}": value for name, value in self.request.variables.items()}
        try:
            ended = run_terraform(
                arguments,
                binary=self.binary,
                folder=self.copy.root,
                environment=clean_environment(self.copy.home, {**variables, **self.extra}),
                timeout_seconds=self.request.timeout_seconds,
            )
        except TerraformError as error:
            raise EngineUnfit(str(error)) from error
        if ended.code != 0:
            said = ended.first_error().replace(f"{self.copy.root}/", "")
            raise EngineUnfit(f"`terraform {arguments[0]}` failed: {said}")
        return ended


def _made_up(document: Mapping[str, Any]) -> Iterator[Unevaluated]:
    """Data sources that the stub answered."""
    values = document.get("prior_state", {}).get("values", {})
    waiting = [values.get("root_module", {})]
    while waiting:
        module = waiting.pop()
        for raw in module.get("resources", ()):
            if raw.get("mode") == "data":
                yield Unevaluated(where=raw["address"], reason="answered with made-up values: costopt asks no cloud")
        waiting.extend(module.get("child_modules", ()))
