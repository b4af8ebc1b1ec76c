"""The snapshot on disk and the aggregation of its metrics."""
