import subprocess
import sys

import pytest

import code_data.prompts
import proctor.prompts
from code_data.prompts.system import SYSTEM_PROMPTS, get_system_prompt
from proctor.errors import UnknownNameError
from proctor.prompts import prompt_ids, render_prompt


def test_every_system_prompt_is_there_by_its_id() -> None:
    assert {name: render_prompt("system", name) for name in prompt_ids("system")} == SYSTEM_PROMPTS
    assert get_system_prompt("helpful_coder") == SYSTEM_PROMPTS["helpful_coder"]


def test_an_unknown_system_prompt_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown system prompt 'helpful_coders'; did you"):
        get_system_prompt("helpful_coders")


def test_the_documented_package_forwards_to_the_room() -> None:
    forwarded = {name: getattr(code_data.prompts, name) for name in code_data.prompts.__all__}
    assert forwarded == {name: getattr(proctor.prompts, name) for name in code_data.prompts.__all__}


def test_the_package_can_be_imported_without_reading_a_template() -> None:
    script = "import sys, code_data.prompts; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
