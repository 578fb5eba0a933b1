"""The system prompts: what ``--system-prompt-id`` takes, and the text that each id stands for."""

from proctor.prompts import prompt_ids, render_prompt

__all__ = ["SYSTEM_PROMPTS", "get_system_prompt"]

SYSTEM_PROMPTS: dict[str, str] = {name: render_prompt("system", name) for name in prompt_ids("system")}


def get_system_prompt(prompt_id: str) -> str:
    """The text of a system prompt.

    Raises:
        UnknownNameError: No such id; names the nearest.
    """
    return render_prompt("system", prompt_id)
