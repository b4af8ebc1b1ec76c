"""From a cloud bill to a reviewed Terraform change."""
