"""A page as Markdown."""

from __future__ import annotations

from pipelines.outputs.markdown import markdown
from pipelines.values import Block, BlockKind, Box, Word

PAGE = Box(0, 0, 100, 100)


def word(text: str, line: int, left: int) -> Word:
    return Word(text, Box(left, line * 20, left + 10, line * 20 + 10), 0.9, line)


def test_headers_and_footers_are_comments() -> None:
    words = [word("title", 0, 0), word("text", 1, 0), word("7", 2, 0)]
    kinds = (BlockKind.HEADER, BlockKind.TEXT, BlockKind.FOOTER)
    blocks = [Block(kind, PAGE, line, line + 1) for line, kind in enumerate(kinds)]
    assert markdown(words, blocks, "title\n\ntext\n\n7") == (
        "<!-- header: title -->\n\ntext\n\n<!-- footer: 7 -->"
    )


def test_a_table_is_a_markdown_table() -> None:
    words = [
        word("item", 0, 0), word("price", 0, 50),
        word("a|b", 1, 0), word("*", 1, 12), word("3", 1, 52),
        word("7", 2, 50),
    ]  # fmt: skip
    table = Block(BlockKind.TABLE, PAGE, 0, 3, (0, 50))
    assert markdown(words, [table], "item price\na|b * 3\n7").split("\n") == [
        "| item | price |",
        "| --- | --- |",
        "| a\\|b \\* | 3 |",
        "|  | 7 |",
    ]


def test_text_does_not_become_markup() -> None:
    text = "# one\n1. two\n- three\na_b <i> [x]\n3.5 mm &lt; | ~"
    block = Block(BlockKind.TEXT, PAGE, 0, 5)
    assert markdown([], [block], text) == (
        "\\# one\n1\\. two\n\\- three\na\\_b \\<i\\> \\[x\\]\n3.5 mm \\&lt; \\| \\~"
    )


def test_text_that_was_joined_otherwise_is_given_whole() -> None:
    words = [word("title", 0, 0), word("text", 1, 0)]
    blocks = [Block(BlockKind.HEADER, PAGE, 0, 1), Block(BlockKind.TEXT, PAGE, 1, 2)]
    assert markdown(words, blocks, "title text") == "title text"
    assert markdown([], [], "") == ""
