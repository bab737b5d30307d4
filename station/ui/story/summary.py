"""What the story saw, for the end of the demo: read from the screen, written as it happens."""

from pathlib import Path

FILE_NAME = "summary.txt"


class Summary:
    """Appends lines to `summary.txt`; the two halves of the story share the file.

    People are called as the simulated hands call them: a file of the demo names nobody either.
    """

    def __init__(self, output: Path) -> None:
        self._path = output / FILE_NAME

    def say(self, line: str) -> None:
        """Add one line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def confirmed(self, key: str, words: list[str]) -> None:
        """A confirmation was sealed; the screen's own sentence about it is kept."""
        said = next((line for line in words if "封存" in line and "次" in line), "已封存")
        self.say(f"现场确认　{key}：{said}")

    def reviewed(self, key: str) -> None:
        """The review officer approved."""
        self.say(f"资格审核　{key}：通过")

    def at_gate(self, who: str, verdict: str, scores: list[str]) -> None:
        """A verdict at the gate with the scores the staff could read."""
        self.say(f"考试入场　{who}：{verdict}（{'，'.join(scores)}）")
