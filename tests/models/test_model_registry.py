import re
import subprocess
import sys

import pytest

from proctor.errors import UnknownNameError
from proctor.models import known_models, make_model

KNOWN = [
    "control/honest",
    "control/special-caser",
    "control/exploiter",
    "control/stopper",
    "control/flagger",
    "control/wrong",
    "control/mix:POLICY=SHARE,…",
    "scripted/FILE",
    "openai/MODEL",
    "anthropic/MODEL",
    "together/MODEL",
    "openrouter/MODEL",
    "gemini/MODEL",
    "openai-compatible/MODEL",
    "inspect/PROVIDER/MODEL",
    "gpt-…",
    "o1…",
    "o3…",
    "o4…",
    "claude-…",
    "gemini-…",
]


def test_the_known_models_are_the_controls_a_mix_scripts_and_endpoints() -> None:
    assert known_models() == KNOWN


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("control/honst", "control/honest"),
        ("honest", "control/honest"),
        ("control/mixture:honest=1", "control/honest"),
        ("control/", "control/wrong"),
        ("scripted/", "scripted/FILE"),
        ("contol/special-caser", "control/special-caser"),
    ],
)
def test_an_unknown_model_names_the_nearest(name: str, nearest: str) -> None:
    message = f"unknown model {name!r}; did you mean {nearest!r}? known: {', '.join(sorted(KNOWN))}"
    with pytest.raises(UnknownNameError, match=f"^{re.escape(message)}$"):
        make_model(name, references={}, seed=0)


@pytest.mark.parametrize("name", [*KNOWN[:6], "control/mix:honest=0.5,wrong=0.5"])
def test_a_model_is_filed_under_the_name_it_was_asked_by(name: str) -> None:
    assert make_model(name, references={}, seed=0).name == name


def test_importing_the_room_does_not_import_the_controls() -> None:
    script = "import sys, proctor.models; print([m for m in sys.modules if m.startswith('proctor.models.control')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
