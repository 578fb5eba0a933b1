"""How every conversation begins."""

from proctor.models import Message
from proctor.problems import CodeProblem, TestCase
from proctor.prompts import Prompt, render_prompt


def opening_messages(
    problem: CodeProblem,
    tests: list[TestCase],
    *,
    prompt: Prompt,
    system_prompt_id: str | None = None,
    flag_text: str = "",
    hints: str = "",
    **further: object,
) -> list[Message]:
    """The system message, if any, and the question.

    Args:
        problem: What is to be solved.
        tests: Those of its tests that the model is shown.
        prompt: The wording of the question; it is given as many of the facts as it takes.
        system_prompt_id: The system prompt; None for none.
        flag_text: How a model may object to a test; empty when it may not.
        hints: What is told beside the problem; empty for nothing.
        further: What else the prompt takes: ``options`` for a choice.

    Raises:
        UnknownNameError: No such system prompt.
        InputError: The prompt cannot be filled.
    """
    is_program = problem.function_name is None
    facts = {
        "description": problem.description,
        "function_name": problem.function_name,
        "tests": tests if is_program else [test.as_statement() for test in tests],
        "flag_text": flag_text,
        "hints": hints,
        **further,
    }
    question = prompt.render(**{name: facts[name] for name in prompt.takes})
    asked = [Message("user", question)]
    if system_prompt_id is None:
        return asked
    return [Message("system", render_prompt("system", system_prompt_id)), *asked]
