"""The way from proposed changes to a patch: refuse, trace, edit, prove, describe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from costopt.model.terraform import Evaluation, PlannedResource
from costopt.model.terraform_patch import ByHand, EditedPlace, Patch, ProposedChange, ProvenChange
from costopt.terraform.addresses import without_indices
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.evaluate.request import Request
from costopt.terraform.hcl.source import line_of
from costopt.terraform.patch.additions import add_beside
from costopt.terraform.patch.choices import Choice, Reach, Rejected
from costopt.terraform.patch.difference import agrees, value_at
from costopt.terraform.patch.draft import draft_files
from costopt.terraform.patch.evaluator import Evaluator
from costopt.terraform.patch.guards import Policy, refusal, suggestion
from costopt.terraform.patch.near_secrets import secret_lines
from costopt.terraform.patch.nested_blocks import add_within
from costopt.terraform.patch.prove import Proof, Prover
from costopt.terraform.patch.risk import kind_of, rules_for, wave_of
from costopt.terraform.trace.place import Place, Trace, Untraceable
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.unseen import Unseen
from costopt.terraform.trace.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """One configuration, read and evaluated, with what is needed to change it."""

    root: Path
    """Its directory."""
    tracer: Tracer
    """Finds owners of values."""
    evaluator: Evaluator
    """Plans it again."""
    before: Evaluation
    """What it plans as it is."""
    unseen: Unseen
    """What its plans do not show."""


def open_workplace(request: Request, configuration: Configuration) -> Workplace:
    """Read and evaluate a configuration.

    Args:
        request: the configuration, what belongs to it, and the engines that may prove.
        configuration: what was read of it.

    Raises:
        TerraformError: a file is not valid, two define one resource, or no engine can evaluate it.
    """
    tree = Tree(configuration)
    variables = Variables(tree.root, request.variable_files, request.variables)
    evaluator = Evaluator(request, configuration)
    before = evaluator.before()
    shown = (".".join(["data", *without_indices(address).split(".")[-2:]]) for address in before.data_sources)
    return Workplace(
        root=tree.root,
        tracer=Tracer(tree, variables),
        evaluator=evaluator,
        before=before,
        unseen=Unseen(tree, variables, shown),
    )


def make_patch(workplace: Workplace, changes: Sequence[ProposedChange], policy: Policy) -> Patch:
    """Edit what can be proven; everything else is for a person, with the place and the reason."""
    choices: list[Choice] = []
    by_hand: list[ByHand] = []
    for change in changes:
        found = _choices(workplace, change, policy)
        if isinstance(found, ByHand):
            by_hand.append(found)
        else:
            choices += found
    reach = Reach(workplace.tracer, workplace.before, workplace.unseen)
    prover = Prover(workplace.evaluator, workplace.before, reach)
    proof = prover.prove(choices)
    by_hand += [_rejected(workplace, one) for one in proof.rejected]
    files = _files(workplace.root, proof.choices)
    proven = sorted(_proven(workplace, proof), key=lambda one: (one.wave, one.change.address, one.change.id))
    return Patch(
        proven=tuple(proven),
        by_hand=tuple(sorted(by_hand, key=lambda one: (one.address, one.id))),
        unmatched=(),
        files=files,
        engine=workplace.before.engine,
        notes=tuple(f"{one.where}: {one.reason}" for one in workplace.before.unevaluated),
        plans=workplace.evaluator.plans,
        secret_lines=tuple(secret_lines(files)),
    )


def _choices(workplace: Workplace, change: ProposedChange, policy: Policy) -> list[Choice] | ByHand:
    """Where each attribute of a change can be set, or why a person has to."""
    if change.beside:
        added = add_beside(change, workplace.before, workplace.tracer)
        return for_hand(workplace, change, added) if isinstance(added, Untraceable) else [added]
    planned = workplace.before.resources.get(change.address)
    block = workplace.tracer.block(change.address)
    if isinstance(block, Untraceable):
        return for_hand(workplace, change, block)
    if planned is None:
        return for_hand(
            workplace, change, Untraceable("the configuration does not plan it: its count or keys are others")
        )
    reason = refusal(change, planned, workplace.tracer, policy)
    if reason:
        return for_hand(workplace, change, _at_block(workplace, change, reason))
    if change.new_block:
        within = add_within(change, planned, workplace.tracer)
        return for_hand(workplace, change, within) if isinstance(within, Untraceable) else [within]
    return _set(workplace, change, planned)


def _set(workplace: Workplace, change: ProposedChange, planned: PlannedResource) -> list[Choice] | ByHand:
    """Where each attribute of a change can be set that is not right yet."""
    traces = [workplace.tracer.trace(change.address, setting.path) for setting in change.settings]
    pairs = []
    for setting, trace in zip(change.settings, traces, strict=True):
        if not isinstance(trace, Trace):
            return for_hand(workplace, change, trace)
        # A value that is only computed may change with the others: it is written although it is right today.
        if trace.places[0].added or not agrees(value_at(planned.values, setting.path), setting.after):
            pairs.append((setting, trace))
    edited = replace(change, settings=tuple(setting for setting, _ in pairs))
    return [Choice(change=edited, setting=setting, trace=trace) for setting, trace in pairs]


def _at_block(workplace: Workplace, change: ProposedChange, reason: str) -> Untraceable:
    """The reason with the place where the first attribute is set, or else the resource itself."""
    for setting in change.settings:
        trace = workplace.tracer.trace(change.address, setting.path)
        if isinstance(trace, Trace):
            return Untraceable(reason, file=trace.places[0].source.path, line=trace.places[0].line)
    return at_resource(workplace, change.address, reason)


def at_resource(workplace: Workplace, address: str, reason: str) -> Untraceable:
    """A reason with the place of a resource's block."""
    block = workplace.tracer.block(address)
    if isinstance(block, Untraceable):
        return block
    source, node = block
    return Untraceable(reason, file=source.path, line=line_of(node))


def for_hand(workplace: Workplace, change: ProposedChange, why: Untraceable) -> ByHand:
    """What a person has to do for a change."""
    return ByHand(
        id=change.id,
        title=change.title,
        address=change.address,
        live=change.live,
        file=relative(workplace.root, why.file) if why.file else None,
        line=why.line,
        suggestion=suggestion(change),
        reason=why.reason,
        monthly_before=change.monthly_before,
        monthly_after=change.monthly_after,
    )


def _rejected(workplace: Workplace, one: Rejected) -> ByHand:
    place = one.place
    why = Untraceable(one.reason, file=place.source.path if place else None, line=place.line if place else None)
    return for_hand(workplace, one.change, why)


def _proven(workplace: Workplace, proof: Proof) -> Iterator[ProvenChange]:
    by_change: dict[tuple[str, str], list[Choice]] = {}
    for choice in proof.choices:
        by_change.setdefault(choice.change.key, []).append(choice)
    consequences = proof.comparison.consequences if proof.comparison else {}
    for choices in by_change.values():
        change = choices[0].change
        planned = workplace.before.resources.get(change.address)
        rules = rules_for(change, planned.values if planned else {})
        yield ProvenChange(
            change=change,
            places=tuple(dict.fromkeys(_edited(workplace.root, one.place) for one in choices)),
            kind=kind_of(rules),
            notes=tuple(dict.fromkeys(rule.note for rule in rules)),
            rollback=" ".join(dict.fromkeys(rule.rollback for rule in rules)),
            sources=tuple(dict.fromkeys(rule.source for rule in rules)),
            wave=wave_of(change, kind_of(rules)),
            consequences=consequences.get(change.address, ()),
        )


def _edited(root: Path, place: Place) -> EditedPlace:
    return EditedPlace(
        file=relative(root, place.source.path),
        line=place.line,
        origin=place.origin.value,
        via=place.via,
        narrowed=place.narrowed,
    )


def _files(root: Path, choices: Sequence[Choice]) -> dict[str, tuple[bytes, bytes]]:
    before = {one.place.source.path: one.place.source for one in choices}
    return {
        relative(root, path): (before[path].bom + before[path].content, content)
        for path, content in draft_files(choices).items()
    }


def relative(root: Path, path: Path) -> str:
    """A path as messages name it: relative to the root where it lies in it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
