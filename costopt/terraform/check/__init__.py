"""The gate for CI: what is wrong with a configuration, as far as it can be known without the cloud."""
