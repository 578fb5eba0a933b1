import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import msgspec
import pytest

from proctor.errors import (
    BudgetReachedError,
    ExecutionError,
    InputError,
    ModelError,
    ProctorError,
    QuestionRefusedError,
    RequestRefusedError,
)
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.evaluator import Evaluator
from proctor.evaluation.question import PlannedQuestion, Question
from proctor.evaluation.results import QuestionResult
from proctor.generation import Check
from proctor.models import Completion, FunctionModel, Message, Model, Reference, Sampling, make_model

SYSTEM = Message("system", "Be brief.")


class Quiz:
    """Asks what comes after a number; the answer is one more."""

    runs_code: ClassVar[bool] = False

    def __init__(self, count: int = 3) -> None:
        self.left_out: dict[str, str] = {}
        self.built: Counter[str] = Counter()
        self.failures: dict[str, ProctorError] = {}
        self.feedback: Check | None = None
        self._count = count

    def plan(self) -> Sequence[PlannedQuestion]:
        return [PlannedQuestion(number, f"q{number}") for number in range(self._count)]

    async def build(self, planned: PlannedQuestion) -> Question:
        self.built[planned.problem_id] += 1
        if error := self.failures.get(f"build {planned.problem_id}"):
            raise error
        reference = Reference(replies={"honest": str(planned.number + 1)})
        messages = [SYSTEM, Message("user", f"{planned.number}?")]
        return Question(planned, messages, {"arm": planned.arm}, reference=reference)

    def prompt_digests(self) -> dict[str, str]:
        return {}

    def check(self, question: Question) -> Check | None:
        return self.feedback

    async def grade(self, question: Question, reply: str) -> dict[str, Any]:
        if error := self.failures.get(f"grade {question.planned.problem_id}"):
            raise error
        right = reply == str(question.planned.number + 1)
        return {"parsed": reply, "right": right, "parsed_successfully": reply.isdigit()}


def add_one(messages: list[Message], sampling: Sampling) -> str:
    return str(int(messages[1].content.rstrip("?")) + 1)


def failing(name: str, error: Exception) -> Callable[[list[Message], Sampling], str]:
    def reply(messages: list[Message], sampling: Sampling) -> str:
        if sampling.problem_id == name:
            raise error
        return add_one(messages, sampling)

    return reply


def config(**values: Any) -> EvaluationConfig:
    return EvaluationConfig("choice", model="m", seed=7, **values)


class Trial:
    """One run of an evaluator, and what it came to."""

    def __init__(self, quiz: Quiz, model: Model | None = None, **values: Any) -> None:
        self.quiz = quiz
        self.references: dict[str, Reference] = {}
        self.model = model or FunctionModel("m", add_one)
        self.evaluator = Evaluator(quiz, config(**values), self.model, references=self.references, under_way=2)
        self.rows: dict[str, QuestionResult] = {}

    def run(self, *done: str) -> "Trial":
        async def collect() -> None:
            async for row in self.evaluator.evaluate(self.quiz.plan(), done=done):
                assert row.id not in self.rows
                self.rows[row.id] = row

        asyncio.run(collect())
        return self

    def stopped_by(self, error: type[ProctorError]) -> "Trial":
        with pytest.raises(error):
            self.run()
        return self


def test_a_row_holds_all_that_a_summary_can_need() -> None:
    (row,) = Trial(Quiz(1)).run().rows.values()
    found = msgspec.to_builtins(row)
    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "id": "q0|main|0",
        "question_id": 0,
        "problem_id": "q0",
        "eval_type": "choice",
        "arm": "main",
        "sample_index": 0,
        "question_prompt": {
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "0?"}]
        },
        "question_data": {"arm": "main"},
        "response": "1",
        "parsed": "1",
        "grade": {"right": True, "parsed_successfully": True},
        "config": config().as_row(),
        "seed": 7,
    }


def test_every_question_has_as_many_replies_as_epochs_and_is_built_once() -> None:
    trial = Trial(Quiz(), epochs=3).run()
    assert sorted(trial.rows) == [f"q{number}|main|{sample}" for number in range(3) for sample in range(3)]
    assert set(trial.quiz.built.values()) == {1}


def test_replies_that_are_there_are_not_asked_for_again() -> None:
    trial = Trial(Quiz(), epochs=2).run("q0|main|0", "q0|main|1", "q1|main|0")
    assert sorted(trial.rows) == ["q1|main|1", "q2|main|0", "q2|main|1"]
    assert trial.quiz.built == {"q1": 1, "q2": 1}


def test_a_problem_that_cannot_be_asked_about_is_left_out_with_its_reason() -> None:
    quiz = Quiz()
    quiz.failures["build q1"] = InputError("it has no test")
    trial = Trial(quiz, epochs=2).run()
    assert trial.evaluator.left_out == {"q1": "it has no test"}
    assert sorted(trial.rows) == ["q0|main|0", "q0|main|1", "q2|main|0", "q2|main|1"]


def test_a_question_that_our_machine_cannot_build_is_missed_and_has_no_row() -> None:
    quiz = Quiz()
    quiz.failures["build q1"] = ExecutionError("the sandbox broke")
    trial = Trial(quiz).run()
    assert (trial.evaluator.asking.unanswered, trial.evaluator.left_out) == ({"q1|main|0": "the sandbox broke"}, {})
    assert sorted(trial.rows) == ["q0|main|0", "q2|main|0"]


def test_a_reply_that_our_machine_cannot_grade_has_a_row_without_a_verdict() -> None:
    quiz = Quiz(1)
    quiz.failures["grade q0"] = ExecutionError("the sandbox broke")
    (row,) = Trial(quiz).run().rows.values()
    assert (row.response, row.parsed) == ("1", None)
    assert row.grade == {"parsed_successfully": False, "ungraded": "the sandbox broke"}


def test_a_refused_question_has_a_row_without_a_response() -> None:
    model = FunctionModel("m", failing("q1", QuestionRefusedError("too long")))
    row = Trial(Quiz(), model).run().rows["q1|main|0"]
    assert (row.response, row.grade) == (None, {"parsed_successfully": False, "ungraded": "too long"})
    assert row.question_prompt == {
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1?"}]
    }


def test_a_question_without_an_answer_has_no_row() -> None:
    trial = Trial(Quiz(), FunctionModel("m", failing("q1", ModelError("no answer")))).run()
    assert trial.evaluator.asking.unanswered == {"q1|main|0": "no answer"}
    assert sorted(trial.rows) == ["q0|main|0", "q2|main|0"]


def test_a_cap_ends_it_and_gives_out_what_was_under_way() -> None:
    trial = Trial(Quiz(9), FunctionModel("m", failing("q3", BudgetReachedError("the cap is reached"))))
    trial.stopped_by(BudgetReachedError)
    assert {"q0|main|0", "q1|main|0", "q2|main|0"} <= trial.rows.keys()
    assert trial.quiz.built.total() < 9
    assert trial.evaluator.asking.unanswered == {}


def test_an_endpoint_that_refuses_everything_ends_it() -> None:
    trial = Trial(Quiz(9), FunctionModel("m", failing("q3", RequestRefusedError("no key"))))
    trial.stopped_by(RequestRefusedError)
    assert len(trial.rows) < 9


class Silent(FunctionModel):
    """Has something to say about one problem."""

    def answers(self, problem_id: str) -> bool:
        return problem_id == "q2"


def test_what_a_model_has_nothing_to_say_about_is_left_out() -> None:
    trial = Trial(Quiz(), Silent("m", add_one)).run()
    assert list(trial.rows) == ["q2|main|0"]
    assert trial.evaluator.left_out == dict.fromkeys(["q0", "q1"], "m has nothing to say about it")


def test_a_control_model_is_told_the_reference_before_it_is_asked() -> None:
    quiz, references = Quiz(), dict[str, Reference]()
    model = make_model("control/honest", references=references, seed=0)
    trial = Trial(quiz, model)
    trial.evaluator = Evaluator(quiz, config(), model, references=references)
    assert [row.grade["right"] for row in trial.run().rows.values()] == [True] * 3


def test_the_type_says_what_is_said_between_two_turns() -> None:
    async def again(code: str) -> str | None:
        return f"{code} is wrong"

    quiz = Quiz(1)
    quiz.feedback = again
    said = iter(["<code>a</code>", "<code>b</code>", "1"])
    trial = Trial(quiz, FunctionModel("m", lambda messages, sampling: next(said)), max_turns=3).run()
    row = trial.rows["q0|main|0"]
    assert row.question_prompt is not None
    told = [message["content"] for message in row.question_prompt["messages"]]
    assert told == ["Be brief.", "0?", "<code>a</code>", "a is wrong", "<code>b</code>", "b is wrong"]
    assert (row.response, row.grade["right"]) == ("1", True)


def test_a_reply_that_our_machine_cannot_check_has_a_row_without_a_verdict() -> None:
    async def broken(code: str) -> str | None:
        raise ExecutionError("the sandbox broke")

    quiz = Quiz(1)
    quiz.feedback = broken
    row = Trial(quiz, FunctionModel("m", lambda *_: "<code>a</code>"), max_turns=2).run().rows["q0|main|0"]
    assert (row.response, row.ungraded) == ("<code>a</code>", "the sandbox broke")


class Counting:
    """Answers after a moment, and counts how many it is asked at once."""

    name = "m"

    def __init__(self) -> None:
        self.now = self.most = 0

    def answers(self, problem_id: str) -> bool:
        return True

    async def generate(self, messages: list[Message], sampling: Sampling) -> Completion:
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(10):
            await asyncio.sleep(0)
        self.now -= 1
        return Completion(add_one(messages, sampling))


def test_no_more_replies_are_under_way_than_is_allowed() -> None:
    model = Counting()
    assert len(Trial(Quiz(20), model).run().rows) == 20
    assert model.most == 2


def test_a_run_that_is_cut_off_continues_without_asking_twice() -> None:
    asked: Counter[str] = Counter()

    def counted(messages: list[Message], sampling: Sampling) -> str:
        asked[sampling.problem_id] += 1
        return add_one(messages, sampling)

    first = Trial(Quiz(9), FunctionModel("m", counted))

    async def cut_off() -> None:
        rows = first.evaluator.evaluate(first.quiz.plan())
        async for row in rows:
            first.rows[row.id] = row
            if len(first.rows) == 4:
                break
        await rows.aclose()

    asyncio.run(cut_off())
    second = Trial(Quiz(9), FunctionModel("m", counted)).run(*first.rows)
    assert first.rows.keys().isdisjoint(second.rows.keys())
    assert len(first.rows) + len(second.rows) == 9
    assert {name for name, times in asked.items() if times > 1} <= {f"q{number}" for number in (4, 5)}
