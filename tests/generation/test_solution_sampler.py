import asyncio
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path

import pytest

from proctor.errors import (
    BudgetReachedError,
    InputError,
    ModelError,
    QuestionRefusedError,
    RequestRefusedError,
    UnknownNameError,
)
from proctor.generation import GenerationResult, SolutionSampler, Wording, sample_id
from proctor.models import Completion, FunctionModel, Message, Sampling, ScriptedModel
from proctor.problems import CodeProblem, TestCase, problem_to_row
from proctor.prompts import find_prompt, load_prompt_file, render_prompt

PATCH = "diff --git a/f.py b/f.py\n--- a/f.py\n+++ b/f.py\n@@ -1 +1 @@\n-a\n+b\n"
PUBLIC = TestCase("f(1)", "2")
PROBLEM = CodeProblem("P/0", "Add one.", [PUBLIC, TestCase("f(2)", "3")], function_name="f", public_test_cases=[PUBLIC])
ISSUE = CodeProblem(
    "owner__name-1",
    "It is broken.",
    [],
    dataset="swebench",
    metadata={"hints_text": "Look at f.", "repo": "owner/name"},
)


def code(text: str) -> str:
    return f"Here:\n<code>\n{text}\n</code>"


def draw(
    sampler: SolutionSampler, problems: Iterable[CodeProblem], num_samples: int = 1, *, done: Container[str] = ()
) -> list[GenerationResult]:
    async def all_samples() -> list[GenerationResult]:
        return [sample async for sample in sampler.sample(problems, num_samples, done=done)]

    return asyncio.run(all_samples())


def answering(reply: Callable[[Sampling], str]) -> FunctionModel:
    return FunctionModel("test/model", lambda messages, sampling: reply(sampling))


def failing(problem_id: str, error: Exception) -> FunctionModel:
    """Answers every question but those about one problem."""

    def reply(sampling: Sampling) -> str:
        if sampling.problem_id == problem_id:
            raise error
        return code("f = 1")

    return answering(reply)


def questions(problem: CodeProblem, wording: Wording) -> list[str]:
    return [message.content for message in wording.messages(problem)]


def test_a_sample_is_the_whole_exchange_and_the_code_of_the_reply() -> None:
    (sample,) = draw(SolutionSampler(answering(lambda sampling: code("f = 1"))), [PROBLEM])
    question = render_prompt(
        "generation",
        "basic",
        description="Add one.",
        function_name="f",
        tests=["assert f(1) == 2"],
        flag_text="",
    )
    assert sample == GenerationResult(
        id="P/0|0",
        problem=problem_to_row(PROBLEM),
        final_code="f = 1",
        full_message_history=[
            Message("system", render_prompt("system", "helpful_coder")),
            Message("user", question),
            Message("assistant", code("f = 1")),
        ],
        generation_metadata={
            "model": "test/model",
            "provider": None,
            "temperature": 1.0,
            "prompt_id": "basic",
            "system_prompt_id": "helpful_coder",
            "has_hints": False,
            "sample_index": 0,
            "turns": 1,
            "has_code": True,
            "usage": {"input_tokens": 105, "output_tokens": 6},
        },
    )


def test_several_samples_of_a_problem_are_different_answers() -> None:
    model = ScriptedModel("scripted/x", {"P/0": [code("f = 0"), code("f = 1"), code("f = 2")]})
    samples = draw(SolutionSampler(model), [PROBLEM], 3)
    found = {sample.id: (sample.generation_metadata["sample_index"], sample.final_code) for sample in samples}
    assert found == {"P/0|0": (0, "f = 0"), "P/0|1": (1, "f = 1"), "P/0|2": (2, "f = 2")}


def test_a_reply_without_code_has_none_and_stays_in_the_history() -> None:
    (sample,) = draw(SolutionSampler(answering(lambda sampling: "I cannot.")), [PROBLEM])
    assert (sample.final_code, sample.generation_metadata["has_code"]) == ("", False)
    assert sample.full_message_history[-1] == Message("assistant", "I cannot.")
    assert sample.test_execution_feedback == {}


def test_an_issue_is_answered_by_a_patch() -> None:
    reply = f"<code>not this</code>\n<patch>\n{PATCH}</patch>"
    (sample,) = draw(SolutionSampler(answering(lambda sampling: reply)), [ISSUE])
    assert sample.final_code == PATCH
    assert sample.full_message_history[1].content == render_prompt(
        "patch", "basic", description="It is broken.", hints=""
    )
    assert sample.full_message_history[-1].content == reply


def test_hints_are_told_only_when_that_is_wanted() -> None:
    (sample,) = draw(SolutionSampler(answering(lambda sampling: PATCH), Wording(include_hints=True)), [ISSUE])
    assert "\n\nLook at f.\n\n" in sample.full_message_history[1].content
    assert sample.generation_metadata["has_hints"] is True
    assert "Look at f." not in "".join(questions(ISSUE, Wording()))
    assert questions(PROBLEM, Wording(include_hints=True)) == questions(PROBLEM, Wording())


def test_a_prompt_file_is_for_all_problems_and_may_tell_hints(tmp_path: Path) -> None:
    path = tmp_path / "mine.j2"
    path.write_text("Do this: {{ description }}{% if hints %} ({{ hints }}){% endif %}")
    prompt = load_prompt_file(path, params=["hints"])
    wording = Wording(prompt=prompt, system_prompt_id=None, include_hints=True)
    assert questions(ISSUE, wording) == ["Do this: It is broken. (Look at f.)"]
    assert questions(PROBLEM, wording) == ["Do this: Add one."]
    assert wording.prompt_digests("swebench") == {prompt.name: prompt.digest}


def test_a_prompt_file_that_has_no_place_for_hints_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.j2"
    path.write_text("{{ description }}")
    with pytest.raises(InputError) as caught:
        Wording(prompt=load_prompt_file(path, params=["hints"]), include_hints=True)
    assert str(caught.value) == (
        f"prompt 'generation/{path}' never uses {{{{ hints }}}}, so that a model would not be told them; "
        "use it, or leave out --include-hints"
    )


@pytest.mark.parametrize(
    ("dataset", "prompt_id", "names"),
    [
        ("mbpp", "neutral", ["generation/neutral", "system/helpful_coder"]),
        ("swebench", "basic", ["patch/basic", "system/helpful_coder"]),
        ("mine.jsonl", "basic", ["generation/basic", "patch/basic", "system/helpful_coder"]),
        ("mine.jsonl", "neutral", ["generation/neutral", "system/helpful_coder"]),
    ],
)
def test_the_digests_are_of_the_prompts_that_may_be_sent(dataset: str, prompt_id: str, names: list[str]) -> None:
    digests = Wording(prompt_id=prompt_id).prompt_digests(dataset)
    assert digests == {name: find_prompt(*name.split("/")).digest for name in names}


@pytest.mark.parametrize(
    ("dataset", "kind"), [("mbpp", "generation"), ("swebench", "patch"), ("mine.jsonl", "generation")]
)
def test_an_unknown_prompt_is_told_before_anything_is_asked(dataset: str, kind: str) -> None:
    with pytest.raises(UnknownNameError, match=f"^unknown {kind} prompt 'basci'; did you mean 'basic'"):
        Wording(prompt_id="basci").prompt_digests(dataset)


def test_a_question_that_is_refused_is_a_sample_that_says_so() -> None:
    model = failing("P/0", QuestionRefusedError("it is too long"))
    samples = draw(SolutionSampler(model), [PROBLEM, ISSUE])
    (refused,) = (sample for sample in samples if sample.id == "P/0|0")
    assert refused.test_execution_feedback == {"failure": "it is too long"}
    assert (refused.final_code, refused.generation_metadata["turns"]) == ("", 0)
    assert refused.full_message_history[-1].role == "user"
    assert len(samples) == 2


def test_a_question_without_an_answer_is_no_sample_and_the_others_go_on() -> None:
    sampler = SolutionSampler(failing("P/0", ModelError("no answer in 9 attempts")))
    assert [sample.id for sample in draw(sampler, [PROBLEM, ISSUE], 2)] == ["owner__name-1|0", "owner__name-1|1"]
    assert sampler.asking.unanswered == dict.fromkeys(["P/0|0", "P/0|1"], "no answer in 9 attempts")
    assert str(sampler.asking.unfinished(4)) == (
        "2 of 4 samples had no answer, the first: no answer in 9 attempts; "
        "what was done is kept, and the same command asks them again"
    )


def test_it_gives_up_when_there_was_no_answer_for_long() -> None:
    sampler = SolutionSampler(failing("P/0", ModelError("nobody there")))
    with pytest.raises(ModelError, match=r"^100 samples in a row had no answer, the last: nobody there; what was done"):
        draw(sampler, [PROBLEM], 1000)
    assert len(sampler.asking.unanswered) < 110


@pytest.mark.parametrize("error", [RequestRefusedError("HTTP 401"), BudgetReachedError("--max-cost is reached")])
def test_a_failure_of_all_requests_ends_it_after_what_was_answered(error: ModelError) -> None:
    kept: list[str] = []

    async def keep_all() -> None:
        async for sample in SolutionSampler(failing("P/0", error), max_concurrent=2).sample([ISSUE, PROBLEM, ISSUE]):
            kept.append(sample.id)

    with pytest.raises(type(error), match=str(error)):
        asyncio.run(keep_all())
    assert kept == ["owner__name-1|0"]


def test_samples_that_are_there_are_not_drawn_again() -> None:
    asked: list[int] = []

    def reply(sampling: Sampling) -> str:
        asked.append(sampling.sample_index)
        return code("f = 1")

    draw(SolutionSampler(answering(reply)), [PROBLEM], 4, done={sample_id("P/0", 0), sample_id("P/0", 2)})
    assert asked == [1, 3]


class SlowModel:
    """Answers when it is told to; counts who waits."""

    name = "test/slow"

    def __init__(self) -> None:
        self.waiting = 0
        self.all_wait = asyncio.Event()
        self.may_answer = asyncio.Event()

    def answers(self, problem_id: str) -> bool:
        return True

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        self.waiting += 1
        if self.waiting == 4:
            self.all_wait.set()
        await self.may_answer.wait()
        return Completion(code("f = 1"))


def test_calls_are_bounded_and_problems_taken_when_their_turn_comes() -> None:
    taken: list[int] = []

    def problems() -> Iterator[CodeProblem]:
        for number in range(10):
            taken.append(number)
            yield CodeProblem(f"P/{number}", "", [])

    async def draw_one() -> str:
        model = SlowModel()
        samples = SolutionSampler(model, max_concurrent=4).sample(problems(), 2)
        first = asyncio.ensure_future(anext(samples))
        await model.all_wait.wait()
        assert (model.waiting, taken) == (4, [0, 1])
        model.may_answer.set()
        found = await first
        await samples.aclose()
        return found.id

    assert asyncio.run(draw_one()) == "P/0|0"
