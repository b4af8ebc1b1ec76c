"""Names and values of strangers as SQL text."""


def quoted(name: str) -> str:
    """An identifier, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, whatever characters it has. DuckDB knows no escapes in it but the doubled quote.

    Raises:
        ValueError: it holds a NUL, at which DuckDB would take the statement for ended.
    """
    if "\0" in text:
        raise ValueError("a NUL cannot stand in SQL")
    return "'" + text.replace("'", "''") + "'"
