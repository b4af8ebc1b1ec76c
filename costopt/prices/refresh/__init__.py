"""Fresh prices: reads AWS's public price files, spot history and spot advisor into the user's cache."""
