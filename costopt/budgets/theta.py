"""The Theta method of statsmodels in place of the built-in forecast, told with the same interval.

It decomposes by weekday, and carries the level on with half of the linear trend. docs/budget-models.md has it beside
the built-in forecast. Source: Assimakopoulos & Nikolopoulos 2000, https://doi.org/10.1016/S0169-2070(00)00066-2.
"""

import numpy as np
from numpy.typing import NDArray

from costopt.budgets.forecast import (
    DailyCosts,
    Outlook,
    relative_deviation,
    since_first_cost,
    trial_moments,
    usual_days,
)
from costopt.budgets.views import WEEK
from costopt.errors import ConfigError

Costs = NDArray[np.float64]

LEAST_DAYS = 2 * WEEK
"""Fewer days have no weekday profile that statsmodels would find: their mean goes on."""


def theta_days(history: DailyCosts, days: int) -> Outlook | None:
    """Expected cost of each of the days that follow; arguments and result as of `forecast_days`.

    Raises:
        ConfigError: statsmodels is not installed.
    """
    require_statsmodels()
    recent = since_first_cost(history)
    if recent is None:
        return None
    known = recent.costs
    plain, coming = usual_days(recent, days)
    daily = _carried_on(plain, days) + coming
    if known.min() >= 0:
        daily = np.maximum(daily, 0.0)
    length, moments = trial_moments(len(plain), days)
    expected = np.array([_carried_on(plain[:moment], length).sum() for moment in moments])
    actual = np.array([plain[moment : moment + length].sum() for moment in moments])
    fraction = relative_deviation(expected, actual, trial_days=length, days=days)
    return Outlook(
        daily=daily,
        deviation=fraction * float(np.abs(daily).sum()),
        history_days=len(known),
        trials=len(actual),
    )


def require_statsmodels() -> None:
    """Say it before anything is read where the extra is missing.

    Raises:
        ConfigError: it is.
    """
    try:
        import statsmodels  # noqa: F401 - whether it is there
    except ImportError as error:
        raise ConfigError(
            'the forecast "theta" needs statsmodels, which is not installed',
            hint="Install cloud-costopt[forecast], or leave the setting budget.forecast out.",
        ) from error


def _carried_on(costs: Costs, days: int) -> Costs:
    if len(costs) < LEAST_DAYS or np.ptp(costs) == 0:
        return np.full(days, costs.mean())
    if not days:
        return np.zeros(0)
    from statsmodels.tsa.forecasting.theta import ThetaModel

    model = ThetaModel(costs, period=WEEK, deseasonalize=True, use_test=False, method="auto")
    with np.errstate(all="ignore"):  # a series that fits without any error has the logarithm of zero as likelihood
        told = np.asarray(model.fit(disp=False).forecast(days), dtype=np.float64)
    return told if np.isfinite(told).all() else np.full(days, costs[-WEEK:].mean())
