"""The forecasts that the setting `budget.forecast` chooses from."""

from costopt.budgets.forecast import Forecaster, forecast_days
from costopt.budgets.theta import require_statsmodels, theta_days
from costopt.errors import ConfigError

BUILT_IN = "built-in"
FORECASTERS: dict[str, Forecaster] = {BUILT_IN: forecast_days, "theta": theta_days}
"""Setting to what it means."""


def forecaster(name: str) -> Forecaster:
    """The forecast of a name.

    Raises:
        ConfigError: there is none of that name, or what it needs is not installed.
    """
    if name not in FORECASTERS:
        raise ConfigError(f"there is no forecast {name!r}", hint=f"Known: {', '.join(FORECASTERS)}.")
    if name != BUILT_IN:
        require_statsmodels()
    return FORECASTERS[name]
