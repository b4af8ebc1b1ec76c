"""Questions in other dialects: what is refused, and that every text means there what it means here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from costopt.billing.engines.dialect import Dialect, output_names, parse, parse_table, translate
from costopt.billing.sql_text import literal
from costopt.errors import EngineError
from tests.oracles.engine_bill import FILTERS, KEYS, PATH_KEYS, VALUES, question, questions

ROOT = Path(__file__).resolve().parents[3]
DIALECTS: tuple[Dialect, ...] = ("spark", "bigquery", "athena", "trino")
PLACE = "my-project.bills.focus"
TABLE = {
    "spark": "`my-project`.`bills`.`focus` AS `cost`",
    "bigquery": "`my-project`.`bills`.`focus` AS `cost`",
    "athena": '"my-project"."bills"."focus" AS "cost"',
    "trino": '"my-project"."bills"."focus" AS "cost"',
}


def in_dialect(sql: str, dialect: Dialect, tags: str = "json") -> str:
    return translate(sql, dialect, table=PLACE, tags=tags)  # type: ignore[arg-type]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("label", questions(PATH_KEYS))
def test_every_question_can_be_read_in_the_dialect(label: str, dialect: Dialect) -> None:
    sql = questions(PATH_KEYS)[label]
    translated = in_dialect(sql, dialect)
    statement = sqlglot.parse_one(translated, read=dialect)
    assert statement.named_selects == list(output_names(sql))
    assert TABLE[dialect] in translated
    assert {table.name for table in statement.find_all(exp.Table)} <= {"focus"} | {
        cte.alias for cte in statement.find_all(exp.CTE)
    }
    assert not [call for call in statement.find_all(exp.Anonymous) if call.name.upper() == "TAG"]


@pytest.mark.parametrize("dialect", DIALECTS)
@given(
    text=st.one_of(
        st.sampled_from(VALUES + KEYS), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    )
)
def test_a_text_stays_the_same_text(dialect: Dialect, text: str) -> None:
    translated = in_dialect(f"SELECT COUNT(*) AS n FROM cost WHERE ServiceName = {literal(text)}", dialect)
    quoted = translated.partition(" = ")[2]
    assert read_literal(quoted, dialect) == text


def read_literal(quoted: str, dialect: str) -> str:
    """The value of one literal by the documented rules of each engine; fails where it ends early.

    Trino doubles quotes and knows no escapes (https://trino.io/docs/current/language/types.html#varchar); Spark and
    BigQuery take a backslash for an escape (https://spark.apache.org/docs/latest/sql-ref-literals.html,
    https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#escape_sequences).
    """
    if dialect in ("athena", "trino"):
        assert re.fullmatch(r"'(?:[^']|'')*'", quoted)
        return quoted[1:-1].replace("''", "'")
    assert re.fullmatch(r"'(?:[^'\\]|\\.)*'", quoted, re.DOTALL)
    if dialect == "bigquery":
        assert not set(quoted) & {"\n", "\r"}
    number = {"spark": r"[01][0-7]{2}", "bigquery": r"x[0-9a-f]{2}"}[dialect]
    return re.sub(rf"\\({number}|.)", lambda found: unescaped(found[1]), quoted[1:-1], flags=re.DOTALL)


def unescaped(code: str) -> str:
    """The character that a backslash and `code` stand for: three octal digits, `x` and two others, or a letter."""
    if len(code) == 3:
        return chr(int(code[1:], 16) if code[0] == "x" else int(code, 8))
    return {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "Z": "\x1a"}.get(code, code)


@pytest.mark.parametrize(
    ("dialect", "key", "expected"),
    [
        ("spark", "team", "FROM_JSON(`Tags`, 'map<string,string>')['team']"),
        ("spark", "it's", r"FROM_JSON(`Tags`, 'map<string,string>')['it\'s']"),
        ("spark", 'a"b\\c', r"""FROM_JSON(`Tags`, 'map<string,string>')['a"b\\c']"""),
        ("bigquery", "a.b", """JSON_VALUE(`Tags`, '$."a.b"')"""),
        ("bigquery", "it's", r"""JSON_VALUE(`Tags`, '$."it\'s"')"""),
        ("athena", "aws:createdBy", """JSON_EXTRACT_SCALAR("Tags", '$["aws:createdBy"]')"""),
        ("trino", "it's", """JSON_EXTRACT_SCALAR("Tags", '$["it''s"]')"""),
    ],
)
def test_a_tag_is_looked_up_in_the_words_of_the_engine(dialect: Dialect, key: str, expected: str) -> None:
    assert expected in in_dialect(f"SELECT TAG(Tags, {literal(key)}) AS t FROM cost", dialect)


@pytest.mark.parametrize("dialect", ["bigquery", "athena", "trino"])
@pytest.mark.parametrize("key", ['a"b', "a\\b", "a\nb", "a\x7fb"])
def test_a_key_that_a_path_cannot_name_is_refused(dialect: Dialect, key: str) -> None:
    with pytest.raises(EngineError, match="cannot look up the tag"):
        in_dialect(f"SELECT TAG(Tags, {literal(key)}) AS t FROM cost", dialect)


HANDED_ON = """
WITH grouped AS (SELECT Tags, TAG(Tags, 'team') AS team, SUM(BilledCost) AS c FROM cost
    WHERE TAG(Tags, 'a') = 'b' GROUP BY Tags ORDER BY Tags)
SELECT TAG(Tags, 'team') AS t, SUM(c) AS c FROM grouped GROUP BY TAG(Tags, 'team') ORDER BY t
"""


def test_a_map_of_spark_is_looked_up_where_it_is_and_becomes_text_where_it_is_handed_on() -> None:
    inner, outer = in_dialect(HANDED_ON, "spark", "map").split(") SELECT ")
    assert "SELECT TO_JSON(`Tags`) AS `Tags`, TRY_ELEMENT_AT(`Tags`, 'team') AS `team`" in inner
    assert "WHERE TRY_ELEMENT_AT(`Tags`, 'a') = 'b' GROUP BY TO_JSON(`Tags`) ORDER BY `Tags`" in inner
    assert outer.startswith("FROM_JSON(`Tags`, 'map<string,string>')['team'] AS `t`")


def test_a_map_of_athena_gives_null_for_a_key_that_is_absent() -> None:
    translated = in_dialect(HANDED_ON, "athena", "map")
    assert """ELEMENT_AT("Tags", 'team') AS "team\"""" in translated
    assert 'GROUP BY JSON_FORMAT(CAST("Tags" AS JSON)) ORDER BY "Tags"' in translated
    assert """JSON_EXTRACT_SCALAR("Tags", '$["team"]') AS "t\"""" in translated


def test_bigquery_has_no_maps() -> None:
    with pytest.raises(EngineError, match="no maps"):
        in_dialect(HANDED_ON, "bigquery", "map")


def test_a_join_whose_tags_are_in_doubt_is_refused_where_they_are_a_map() -> None:
    sql = "WITH a AS (SELECT Tags AS Tags FROM cost) SELECT Tags AS x FROM cost JOIN a ON TRUE"
    assert "JOIN" in in_dialect(sql, "spark")
    with pytest.raises(EngineError, match="told apart"):
        in_dialect(sql, "spark", "map")


def test_types_of_bigquery() -> None:
    translated = in_dialect(
        "SELECT SUM(CAST(PricingQuantity AS DECIMAL(28, 10))) AS q FROM cost "
        "WHERE ChargePeriodStart >= TIMESTAMP '2026-10-01 00:00:00'",
        "bigquery",
    )
    assert "SUM(ROUND(CAST(`PricingQuantity` AS BIGNUMERIC), 10))" in translated
    assert "`ChargePeriodStart` >= CAST('2026-10-01 00:00:00' AS TIMESTAMP)" in translated


def test_a_zero_before_money_has_the_type_of_money_on_spark() -> None:
    case = "SUM(CASE WHEN RegionId = 'a' THEN 0 ELSE"
    sql = f"SELECT {case} BilledCost END) AS a, {case} 1 END) AS b FROM cost"
    translated = in_dialect(sql, "spark")
    assert translated.count("THEN CAST(0 AS DECIMAL(28, 10)) ELSE `BilledCost`") == 1
    assert "THEN 0 ELSE 1" in translated


@pytest.mark.parametrize("dialect", ["spark", "bigquery"])
def test_nulls_stay_last(dialect: Dialect) -> None:
    """Athena and Trino sort them last of themselves: https://trino.io/docs/current/sql/select.html#order-by-clause."""
    translated = in_dialect("SELECT RegionId AS r FROM cost ORDER BY r, BilledCost DESC", dialect)
    assert translated.endswith("ORDER BY `r` NULLS LAST, `BilledCost` DESC")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT MAP_KEYS(Tags) AS k FROM cost",
        "SELECT FOO(Tags) AS k FROM cost",
        "SELECT ROUND(BilledCost, 2) AS k FROM cost",
        "SELECT AVG(BilledCost) AS k FROM cost",
        "SELECT TAG(Tags, ServiceName) AS k FROM cost",
        "SELECT TAG(Tags) AS k FROM cost",
        "SELECT * FROM cost",
        "SELECT cost.* FROM cost",
        "SELECT BilledCost * 2 AS k FROM cost",
        "SELECT CAST(ChargePeriodStart AS VARCHAR) AS k FROM cost",
        "SELECT CAST(BilledCost AS VARCHAR) AS k FROM cost",
        "SELECT CAST(BilledCost AS DECIMAL(18, 2)) AS k FROM cost",
        "SELECT CAST(BilledCost AS HUGEINT) AS k FROM cost",
        "SELECT TRY_CAST(BilledCost AS BIGINT) AS k FROM cost",
        'SELECT RegionId AS "a\'b" FROM cost',
        "SELECT 1 AS k FROM cost WHERE RegionId LIKE 'a\\_%'",
        "SELECT 1 AS k FROM cost WHERE RegionId LIKE 'a!_%' ESCAPE '!'",
        "SELECT 1 AS k FROM cost WHERE RegionId LIKE ServiceName",
        "SELECT 1 AS k FROM cost WHERE RegionId ~ 'a'",
        "SELECT 1 AS k FROM read_parquet('/etc/passwd')",
        "SELECT 1 AS k FROM other",
        "SELECT 1 AS k FROM main.cost",
        "SELECT 1 AS k FROM 'file.csv'",
        "SELECT 1 AS k FROM cost UNION SELECT 2 FROM cost",
        "WITH cost AS (SELECT 1 AS k FROM cost) SELECT k FROM cost",
        "SELECT 1 AS k FROM cost; SELECT 2 AS k FROM cost",
        "SELECT 1 AS k FROM cost QUALIFY ROW_NUMBER() OVER (ORDER BY k) = 1",
        "SELECT SUM(BilledCost) FILTER (WHERE TRUE) AS k FROM cost",
        "SELECT RegionId AS k FROM cost GROUP BY ALL",
        "SELECT RegionId AS k FROM cost GROUP BY ROLLUP (RegionId)",
        "SELECT DISTINCT ON (RegionId) RegionId AS k FROM cost",
        "SELECT RegionId AS k FROM cost USING SAMPLE 10",
        "SELECT current_setting('x') AS k FROM cost",
        "SELECT (SELECT 1) AS k, [1] AS l FROM cost",
        "DROP TABLE cost",
        "INSERT INTO cost SELECT 1",
        "ATTACH 'x' AS y",
        "COPY cost TO 'x'",
        "SELEC 1",
        "",
        "(" * 3000,
    ],
)
def test_what_engines_differ_in_is_refused(sql: str) -> None:
    with pytest.raises(EngineError) as caught:
        translate(sql, "spark", table="cost")
    assert len(str(caught.value)) < 700
    assert caught.value.hint


@pytest.mark.parametrize(
    "table",
    [
        "",
        "a.b.c.d",
        "a..b",
        "a b",
        "a`b",
        'a"b',
        "a'b",
        "a;b",
        "-a",
        "ü",
        "a\nb",
        "read_parquet('x')",
        "a" * 300,
    ],
)
def test_what_is_no_name_of_a_table_is_refused(table: str) -> None:
    with pytest.raises(EngineError, match="no name of a table"):
        parse_table(table)


def test_a_table_of_one_two_or_three_names() -> None:
    assert parse_table("t").sql("trino") == '"t"'
    assert parse_table("s.t").sql("trino") == '"s"."t"'
    assert parse_table("c-1.s.t$x").sql("spark") == "`c-1`.`s`.`t$x`"


def test_an_alias_of_the_table_stays() -> None:
    translated = translate("SELECT c.BilledCost AS x FROM cost AS c WHERE c.RegionId = 'cost'", "trino", table="a.b")
    assert translated == """SELECT "c"."BilledCost" AS "x" FROM "a"."b" AS "c" WHERE "c"."RegionId" = 'cost'"""


def test_the_list_of_functions_has_none_that_no_question_needs() -> None:
    from costopt.billing.functions import FUNCTIONS

    used = {call.sql_name() for sql in questions().values() for call in parse(sql).find_all(exp.Func)}
    assert used - {"ANONYMOUS"} == FUNCTIONS


@pytest.mark.parametrize("engine", ["spark", "bigquery", "athena"])
def test_a_translator_that_is_not_installed_is_asked_for(engine: str) -> None:
    program = (
        "import sys; sys.modules['sqlglot'] = None\n"
        "from costopt.errors import EngineError\n"
        f"try: import costopt.billing.engines.{engine}\n"
        "except EngineError as error: print(error.hint)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "pip install 'cloud-costopt[" in ended.stdout


def test_hostile_filters_stay_texts() -> None:
    for dialect in DIALECTS:
        translated = in_dialect(question("costs_derived", ("tag:team",), filters=FILTERS), dialect)
        texts = [
            node.name for node in sqlglot.parse_one(translated, read=dialect).find_all(exp.Literal) if node.is_string
        ]
        assert "'; DROP TABLE cost; --" in texts
        assert "${env:HOME}" in texts
        assert "\\" in texts
