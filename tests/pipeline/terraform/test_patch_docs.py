"""The page about patches says what the tables of the program say."""

from tools.build_terraform_patch_docs import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python tools/build_terraform_patch_docs.py"
