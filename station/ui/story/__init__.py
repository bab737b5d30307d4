"""The demo: a person's hands on keyboard, mouse and simulated devices, and nothing else.

A story never calls the program. It types, clicks, lays fingers and cards, and reads the screen.
"""

from collections.abc import Callable
from pathlib import Path

from station.ui.devpanel.hands import Hands
from station.ui.story.desk_story import confirm_two_people, press_thirteen_times, resume_at_fourteen
from station.ui.story.gate_story import admit_and_refuse

Story = Callable[[Hands, Path], None]

STORIES: dict[str, Story] = {
    "desk": confirm_two_people,
    "gate": admit_and_refuse,
    "thirteen": press_thirteen_times,
    "resume": resume_at_fourteen,
}
