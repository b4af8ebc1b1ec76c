"""The frozen vocabulary that every part of costopt speaks."""
