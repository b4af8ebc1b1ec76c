"""Who owns the resources: tags and labels of Harbourline Freight, some of them hostile."""

TEAMS = ("freight", "routing", "billing", "warehouse", "tracking", "platform", "data", "customs")
"""Values of the tag `team`."""
STAGES = ("prod", "staging", "dev")
"""Values of the tag `env`."""
APPS = ("manifest", "quotes", "berths", "ledger", "portal")
"""Values of the tag `app`."""
HOSTILE: tuple[str, ...] = (
    'say "ahoy", twice',
    "two\nlines",
    "=cmd|' /C calc'!A0",
    "ship \N{SHIP} and crane \N{BUILDING CONSTRUCTION}",
    "'; DROP TABLE cost; --",
    "</script><script>alert(1)</script>",
    "back\\slash and {brace}",
    "  spaces around  ",
    "null",
    "+1-800\ttab",
    "%41%00$(id)`id`",
    "long " + "x" * 200,
)
"""Values of the tag `note`; whoever writes or reads files must keep them as they are."""
TAG_KEYS = ("app", "env", "note", "team")
"""Keys of all tags, sorted."""


def list_sql(values: tuple[str, ...]) -> str:
    """Values as a list of SQL."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def tag_sql(resource: str) -> dict[str, str]:
    """Expressions of a resource's tags by key; NULL where it has none.

    About a sixth of the resources has no tags at all; every seventh has a hostile one.

    Args:
        resource: a BIGINT that numbers the resource.
    """
    noted = f"{resource} % 7 = 5"

    def one(values: tuple[str, ...], number: str) -> str:
        return f"CASE WHEN {resource} % 6 <> 4 OR {noted} THEN {list_sql(values)}[1 + ({number}) % {len(values)}] END"

    hostile = f"{list_sql(HOSTILE)}[1 + ({resource} // 7) % {len(HOSTILE)}]"
    return {
        "app": one(APPS, f"{resource} // 3"),
        "env": one(STAGES, f"{resource} // 5"),
        "note": f"CASE WHEN {noted} THEN {hostile} END",
        "team": one(TEAMS, resource),
    }


def tags_map_sql(tags: dict[str, str], prefix: str = "") -> str:
    """MAP of the tags that a resource has, keys sorted."""
    entries = ", ".join(f"{{'k': '{prefix}{key}', 'v': {tags[key]}}}" for key in TAG_KEYS)
    return f"map_from_entries(list_filter([{entries}], lambda entry: entry.v IS NOT NULL))"
