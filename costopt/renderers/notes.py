"""Small print: where a price comes from, how complete a measurement is, who silenced a finding."""

from costopt.model.finding import Evidence, Silence, Term
from costopt.renderers.formats import look_back, percent


def price_note(term: Term) -> str:
    """How far a price can be trusted and where to look it up."""
    price = term.price
    discount = f", after a discount of {percent(price.discount_fraction)}" if price.discount_fraction else ""
    return f"{price.quality.value} price{discount}, {price.source}, {price.as_of.isoformat()}"


def evidence_note(seen: Evidence) -> str:
    """Period and completeness of a measurement, in brackets; empty where there is neither."""
    notes = [look_back(seen.period)] if seen.period else []
    notes += [f"{percent(seen.coverage_fraction)} of the points"] if seen.coverage_fraction is not None else []
    return f" ({', '.join(notes)})" if notes else ""


def silence_note(silence: Silence) -> str:
    """Who silenced a finding, until when, and why."""
    until = f" until {silence.until.isoformat()}" if silence.until else ""
    return f"silenced by {silence.by}{until}: {silence.reason}"
