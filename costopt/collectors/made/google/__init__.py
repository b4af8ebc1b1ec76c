"""The made company's projects at Google Cloud: a theme a file, as for AWS."""
