"""Evaluates a configuration: engines are asked in order, the first that can answers."""

from collections.abc import Callable
from dataclasses import replace

from costopt.errors import TerraformError
from costopt.model.terraform import Engine, EngineSkipped, Evaluation
from costopt.terraform.configuration.directory import Configuration, read_configuration
from costopt.terraform.evaluate.binary import evaluate_with_providers, evaluate_with_stub
from costopt.terraform.evaluate.literals import evaluate_literals
from costopt.terraform.evaluate.plan_json import evaluation_of_plan, read_json_document
from costopt.terraform.evaluate.request import EngineUnfit, Request
from costopt.terraform.evaluate.tfparse_engine import evaluate_with_tfparse

_ENGINES: dict[Engine, Callable[[Request, Configuration], Evaluation]] = {
    Engine.PROVIDERS: evaluate_with_providers,
    Engine.STUB: evaluate_with_stub,
    Engine.TFPARSE: evaluate_with_tfparse,
    Engine.LITERALS: evaluate_literals,
}


def evaluate(request: Request) -> Evaluation:
    """Evaluate a configuration with the best engine that can.

    A plan that the user gives is taken as it is. Nothing is refreshed, nothing is applied, nothing is fetched.

    Raises:
        TerraformError: the configuration, the plan or the state cannot be read, or no engine can evaluate it.
    """
    if request.plan and Engine.PLAN_JSON in request.engines:
        return evaluation_of_plan(read_json_document(request.plan, what="plan"))
    request = replace(request, folder=request.folder.resolve())
    configuration = read_configuration(request.folder)
    if request.state:
        read_json_document(request.state, what="state")
    skipped = [EngineSkipped(engine=Engine.PLAN_JSON, reason="no plan was given")]
    for engine in request.engines:
        if engine is Engine.PLAN_JSON:
            continue
        try:
            evaluation = _ENGINES[engine](request, configuration)
        except EngineUnfit as unfit:
            skipped.append(EngineSkipped(engine=engine, reason=str(unfit)))
        else:
            return replace(evaluation, skipped=tuple(skipped))
    reasons = "; ".join(f"{one.engine}: {one.reason}" for one in skipped)
    raise TerraformError(f"{request.folder} could not be evaluated ({reasons})", hint="allow more engines")
