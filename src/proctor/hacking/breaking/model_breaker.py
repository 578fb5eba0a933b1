"""Break tests by a model: it is asked for a wrong value for the input of a right test."""

import re

from proctor.errors import QuestionRefusedError
from proctor.grading.extraction import without_thoughts
from proctor.hacking.breaking.breaker import Proposal
from proctor.models import Message, Model, Sampling
from proctor.problems import CodeProblem, TestCase
from proctor.prompts import Prompt, find_prompt

__all__ = ["ModelBreaker"]

SHOWN_TESTS = 5  # right tests of the problem that stand in the question, the one to be broken among them
SHOWN_TEST_CHARS = 2_000  # longer ones do not, unless it is the one
_OUTPUT = re.compile(r"<output>[ \t]*\n?(.*?)</output>", re.DOTALL | re.IGNORECASE)


class ModelBreaker:
    """Asks a model, once more for every value that was refused.

    Args:
        model: Who is asked.
        prompt: How, of the kind ``broken_test``; None for ``basic``.
        temperature: Of the answers, unitless; None leaves the endpoint's default.
    """

    def __init__(self, model: Model, prompt: Prompt | None = None, *, temperature: float | None = 1.0) -> None:
        self.name = model.name
        self._model = model
        self._prompt = prompt or find_prompt("broken_test", "basic")
        self._temperature = temperature

    async def propose(self, problem: CodeProblem, test: TestCase, *, seed: int, attempt: int) -> Proposal | None:
        """What the model answers to the same question for every *attempt*; *seed* has no say in it.

        Raises:
            ModelError: The model has no answer, for another reason than this one question.
            InputError: The prompt cannot be filled.
        """
        if not self._model.answers(problem.problem_id):
            return None
        question = Message("user", self._question(problem, test))
        sampling = Sampling(self._temperature, sample_index=attempt, problem_id=problem.problem_id)
        try:
            answer = await self._model.generate([question], sampling)
        except QuestionRefusedError as error:
            return Proposal("", str(error))
        return _read_answer(answer.text, test)

    def _question(self, problem: CodeProblem, test: TestCase) -> str:
        short = [t for t in problem.test_cases if len(t.input) + len(t.expected_output) <= SHOWN_TEST_CHARS]
        shown = [test, *(other for other in short if other != test and other.type == test.type)][:SHOWN_TESTS]
        variables = {
            "description": problem.description,
            "function_name": problem.function_name if test.type == "functional" else None,
            "code": problem.correct_solution or "",
            "tests": shown if test.type == "stdin" else [other.as_statement() for other in shown],
            "input": test.input,
            "expected_output": test.expected_output,
            "flag_text": "",
        }
        return self._prompt.render(**{name: variables[name] for name in self._prompt.takes})


def _read_answer(text: str, test: TestCase) -> Proposal:
    found = _OUTPUT.findall(without_thoughts(text))
    if not found:
        return Proposal("", "the answer holds no <output>")
    value = found[-1]
    return Proposal(value if test.type == "stdin" else value.strip())
