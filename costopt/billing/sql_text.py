"""Names and values of strangers as SQL text."""


def quoted(name: str) -> str:
    """An identifier, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, whatever characters it has. DuckDB knows no escapes in it but the doubled quote."""
    return "'" + text.replace("'", "''") + "'"
