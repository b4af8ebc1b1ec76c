"""Options that no plan needs, dropped before anything is built. Exact: some optimum is always kept.

Whatever limits and commitments do, an option's cost is `price x on_demand + licence + toll x vcpu`, where the price of
an on-demand dollar (0..1) and the toll of a vCPU (at least 0) depend on the group only: the family and region that
quotas count, the usage item that commitments pay for. So within a group an option that is no better in any of the
three than another one can be left out.
"""

import numpy as np

from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import Flags, Floats, Integers


def prune(options: Candidates, group: Integers, *, count_vcpu: bool = True) -> Candidates:
    """The options that an optimum may need, cheapest first.

    Args:
        options: options of one workload, cheapest first.
        group: what limits and commitments tell apart, [options].
        count_vcpu: whether any limit counts vCPUs; without one fewer options are needed.
    """
    vcpu = options.vcpu if count_vcpu else np.zeros(len(group))
    if not options.licence.any():
        return options.only(_staircase(options.on_demand, vcpu, group))
    return options.only(_undominated(np.stack((options.on_demand, options.licence, vcpu), axis=1), group))


def prune_parts(options: Candidates, dollars: Floats) -> Candidates:
    """The options that an optimum may need where machines are billed in parts, each at a price of its own.

    An option then costs `sum of prices x dollars + licence`, all prices at least 0: so one that is no better than
    another in any part can be left out.

    Args:
        options: options of one workload.
        dollars: dollars an hour on demand of each part, [options, parts].
    """
    figures = np.column_stack((dollars, options.licence))
    return options.only(_undominated(figures, np.zeros(len(figures), dtype=np.int64)))


def _staircase(cost: Floats, vcpu: Floats, group: Integers) -> Integers:
    """Rows that have fewer vCPUs than every cheaper one of their group, in the order given."""
    order = np.lexsort((vcpu, cost, group))
    # Shifted so that the options of later groups lie below all of earlier ones: one pass serves all groups.
    shifted = vcpu[order] - group[order] * (np.ptp(vcpu) + 1.0)
    best_before = np.concatenate(([np.inf], np.minimum.accumulate(shifted)[:-1]))
    return np.sort(order[shifted < best_before])


def _undominated(figures: Floats, group: Integers) -> Flags:
    """Which rows no other row of their group equals or betters in all figures; of equal rows the first, [options]."""
    number = len(group)
    no_worse = (figures[:, None, :] <= figures[None, :, :]).all(axis=2) & (group[:, None] == group[None, :])
    better = no_worse & ((figures[:, None, :] < figures[None, :, :]).any(axis=2))
    earlier = np.arange(number)[:, None] < np.arange(number)[None, :]
    dominated: Flags = (better | (no_worse & earlier)).any(axis=0)
    return ~dominated
