"""Schemas of Terraform providers: bundled data, look-up, and the validation of configurations against them."""
