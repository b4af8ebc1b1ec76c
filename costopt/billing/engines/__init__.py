"""Engines that users have elsewhere, and the translation of the questions for them. Imported only where one is used."""
