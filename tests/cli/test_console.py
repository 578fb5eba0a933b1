import io

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from proctor.cli.console import BarDisplay, PlainDisplay


class Clock:
    """Seconds that pass when it is told so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_elsewhere_a_line_is_printed_every_ten_seconds() -> None:
    clock, lines = Clock(), list[str]()
    display = PlainDisplay(clock, lines.append)
    display.stage("attempts", 100)
    for _ in range(50):
        clock.now += 0.5
        display.advance()
    assert lines == ["20 of 100 attempts, 2.0/s, about 40 s left", "40 of 100 attempts, 2.0/s, about 30 s left"]
    assert (display.what, display.done, display.total) == ("attempts", 50, 100)


def test_where_nobody_knows_how_many_there_are_nothing_is_said_of_what_is_left() -> None:
    clock, lines = Clock(), list[str]()
    display = PlainDisplay(clock, lines.append)
    display.stage("problems", None)
    clock.now += 10
    display.advance()
    assert (lines, display.total) == (["1 problems, 0.1/s"], 0)


def test_a_new_stage_counts_anew() -> None:
    clock, lines = Clock(), list[str]()
    display = PlainDisplay(clock, lines.append)
    display.stage("problems", 4)
    clock.now += 9
    display.stage("attempts", 100)
    clock.now += 9
    display.advance()
    assert lines == []


def test_a_note_is_printed_at_once() -> None:
    lines: list[str] = []
    PlainDisplay(Clock(), lines.append).note("10 of 164 problems have no test that can be broken")
    assert lines == ["10 of 164 problems have no test that can be broken"]


def test_on_a_terminal_there_is_a_bar_for_every_stage_and_notes_stand_above() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system=None, width=80)
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        display = BarDisplay(progress)
        display.stage("problems", 1)
        display.advance()
        display.stage("attempts", 3)
        display.advance()
        display.advance()
        display.note("a note with [brackets]")
        progress.refresh()
    assert (display.what, display.done, display.total) == ("attempts", 2, 3)
    text = screen.getvalue()
    assert "a note with [brackets]" in text
    assert "problems 1/1" in text
    assert "attempts 2/3" in text


def test_a_bar_whose_length_nobody_knew_ends_with_its_stage_and_goes_if_nothing_was_counted() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system=None, width=80)
    with Progress(TextColumn("{task.description}"), MofNCompleteColumn(), console=console) as progress:
        display = BarDisplay(progress)
        display.stage("planning", None)
        display.stage("problems loaded", None)
        display.advance()
        display.stage("replies", 3)
        seen = [(task.description, task.total, task.visible) for task in progress.tasks]
    assert seen == [("planning", 0, False), ("problems loaded", 1, True), ("replies", 3, True)]
