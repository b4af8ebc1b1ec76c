"""Terraform written from nothing: one escaper, templates, modules and the root that calls them."""
