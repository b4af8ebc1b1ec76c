"""Reads Google Cloud: inventory by Cloud Asset Inventory, metrics by Cloud Monitoring. Read-only."""
