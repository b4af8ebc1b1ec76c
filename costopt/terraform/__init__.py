"""Terraform: what the user has is read and evaluated, edited by byte ranges, generated, priced and checked."""
