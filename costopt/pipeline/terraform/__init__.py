"""The use cases of Terraform: generate, patch, cost and check."""
