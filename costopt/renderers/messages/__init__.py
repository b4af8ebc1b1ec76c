"""Messages about budgets: one view of what is to be told, one file a form that channels take."""
