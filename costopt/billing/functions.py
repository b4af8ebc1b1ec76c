"""The functions that the questions to the bill may call.

They mean the same on DuckDB, Spark, BigQuery, Trino and Athena. A translator of SQL passes on a function that it does
not know as it stands, to an engine that may lack it or mean something else by it, so everything else is refused.
"""

from typing import Final

FUNCTIONS: Final = frozenset(
    {
        "SUM",
        "MIN",
        "MAX",
        "COUNT",
        "CASE",
        "IF",  # how sqlglot names one WHEN of a CASE
        "COALESCE",
        "NULLIF",
        "CAST",
        "ABS",
        "SUBSTRING",
        "ROW_NUMBER",
        "AND",  # sqlglot counts the two as functions
        "OR",
    }
)
"""By the names that sqlglot's `Func.sql_name` gives. `TAG` is no function of any engine and is written out for each."""

TAG: Final = "TAG"
"""`TAG(Tags, 'key')` is the value of one tag; NULL where it is absent."""
