"""A budget that a provider has, as far as it can be said here."""

from dataclasses import dataclass

from costopt.model.budget import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedBudget:
    """One budget of a provider."""

    name: str
    """Its name there. Hostile until escaped."""
    budget: Budget | None
    """The same here; None where it would watch something else."""
    remarks: tuple[str, ...] = ()
    """What cannot be said, in sentences; where there is no budget, why. May contain hostile names."""
