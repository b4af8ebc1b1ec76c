"""A CloudWatch for the fake AWS: answers GetMetricData from a function of the metric and the hour."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.oracles.fakeaws import Request

Points = Sequence[tuple[float, float]]
"""Pairs of epoch second and value."""
PointsOf = Callable[[Mapping[str, Any], Mapping[str, Any]], Points]
"""Points of one MetricStat within the request's parameters."""


def metric_data(points_of: PointsOf) -> Callable[[Mapping[str, Any], Request], dict[str, Any]]:
    """Handler of GetMetricData."""

    def answer(params: Mapping[str, Any], _: Request) -> dict[str, Any]:
        results = []
        for query in params["MetricDataQueries"]:
            points = points_of(query["MetricStat"], params)
            results.append(
                {
                    "Id": query["Id"],
                    "StatusCode": "Complete",
                    "Timestamps": [time for time, _ in points],
                    "Values": [value for _, value in points],
                }
            )
        return {"MetricDataResults": results}

    return answer


def same_for_all(points: Points) -> Callable[[Mapping[str, Any], Request], bytes]:
    """Handler of GetMetricData that gives every query the same points, serialised once: fast for 50,000 queries."""
    bodies: dict[int, bytes] = {}

    def answer(params: Mapping[str, Any], _: Request) -> bytes:
        count = len(params["MetricDataQueries"])
        if count not in bodies:
            times, values = [time for time, _ in points], [value for _, value in points]
            results = [
                {"Id": f"q{n}", "StatusCode": "Complete", "Timestamps": times, "Values": values} for n in range(count)
            ]
            bodies[count] = json.dumps({"MetricDataResults": results}).encode()
        return bodies[count]

    return answer


def dimensions_of(stat: Mapping[str, Any]) -> dict[str, str]:
    """Dimensions of a MetricStat as a mapping."""
    return {d["Name"]: d["Value"] for d in stat["Metric"].get("Dimensions", ())}
