"""The README's command list: written from the declarations, compared with them by the tests."""

from __future__ import annotations

from pathlib import Path

from bot.service.wiring import discover

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- commands -->", "<!-- /commands -->"


def command_table() -> str:
    """Write one row for each declared command, in the order of the help."""
    rows = [
        f"| `{command.path}` | {command.summary.msgid} | {command.act.least} |"
        for feature in discover()
        for command in feature.commands
    ]
    return "\n".join(["| command | what it does | who |", "| --- | --- | --- |", *rows])


def block(text: str) -> str:
    """Return what stands between the markers of *text*.

    Raises:
        ValueError: a marker is missing, or there are two of it.
    """
    _before, inside, _after = _parts(text)
    return inside.strip()


def _parts(text: str) -> tuple[str, str, str]:
    before, after_begin = text.split(BEGIN)
    inside, after = after_begin.split(END)
    return before, inside, after


def rewrite() -> None:
    """Put the current list between the markers of the README."""
    before, _inside, after = _parts(README.read_text("utf-8"))
    README.write_text(f"{before}{BEGIN}\n{command_table()}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    rewrite()
