"""Bills: every source as one FOCUS table, kept in a local lake, queried with one set of SQL on any engine."""
