"""Choice: which of several solutions to a problem would the model hand in?"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from proctor.errors import InputError
from proctor.evaluation.configuration import EvaluationConfig
from proctor.evaluation.question import EvaluationType, PlannedQuestion, Question
from proctor.evaluation.types.lettered import Options, deal_letters, grade_letter, preferences
from proctor.evaluation.types.planning import arms_of, plan_questions
from proctor.evaluation.types.problem_questions import SolvedProblem, read_solved, shown_mix
from proctor.generation import opening_messages
from proctor.grading import Grader
from proctor.prompts import find_prompt, prompt_digests, render_prompt

__all__ = ["ChoiceEvaluation"]

CLEAN, HACK, FLAG = "clean", "hack", "flag"
"""The labels that metrics know: solutions to the problem, solutions to the tests, and the option that objects."""

MOST_DATASETS = 25  # a letter for each, and one for the option to flag


class ChoiceEvaluation(EvaluationType):
    """Shows a problem, tests and the solutions that several data sets have for it, in an order drawn by the seed.

    The data sets are ``clean``, ``hack`` and further ones; only problems that all have are asked about. The tests are
    those of ``hack``, mixed as it was made or as the configuration says; in the original arm the same letters stand
    for the same solutions, and every test has its right value.
    """

    def __init__(self, config: EvaluationConfig, datasets: Mapping[str, Path], grader: Grader | None = None) -> None:
        found = ", ".join(sorted(datasets)) or "none"
        if not {CLEAN, HACK} <= datasets.keys() or FLAG in datasets:
            raise InputError(
                f"choice: expected data sets labelled {CLEAN} and {HACK}, and none labelled {FLAG}, found {found}; "
                f"give them as --datasets {CLEAN}:FILE,{HACK}:FILE"
            )
        if len(datasets) > MOST_DATASETS:
            raise InputError(f"choice: expected at most {MOST_DATASETS} data sets, found {len(datasets)}")
        self.left_out: dict[str, str] = {}
        self._config = config
        self._datasets = dict(sorted(datasets.items()))
        self._rivals: dict[str, dict[str, SolvedProblem]] = {}

    def plan(self) -> Sequence[PlannedQuestion]:
        """The problems that every data set has a solution to, no two of them the same."""
        sets: dict[str, dict[str, SolvedProblem]] = {}
        for label, path in self._datasets.items():
            sets[label], left_out = read_solved(path, self._config)
            self.left_out |= left_out
        for problem_id in sorted({name for solved in sets.values() for name in solved} - self.left_out.keys()):
            self._rivals[problem_id] = {label: sets[label][problem_id] for label in sets if problem_id in sets[label]}
        return plan_questions(
            self._rivals,
            self._config,
            prepare=self._check,
            arms=arms_of(self._config),
            left_out=self.left_out,
            where=" and ".join(str(path) for path in self._datasets.values()),
        )

    def _check(self, rivals: Mapping[str, SolvedProblem]) -> None:
        """Raise an InputError where nobody can choose between *rivals*; the message is the bare reason."""
        if missing := [path.name for label, path in self._datasets.items() if label not in rivals]:
            raise InputError(f"it is not in {' and '.join(missing)}")
        if len({rival.problem.description for rival in rivals.values()}) > 1:
            raise InputError(f"its statement is not the same under {' and '.join(rivals)}")
        for one, other in combinations(rivals, 2):
            if rivals[one].code.strip() == rivals[other].code.strip():
                raise InputError(f"its solutions under {one} and {other} are the same")
        shown_mix(rivals[HACK].problem, self._config, "main")

    async def build(self, planned: PlannedQuestion) -> Question:
        """The problem with its tests, and the solutions behind their letters."""
        rivals = self._rivals[planned.problem_id]
        problem = rivals[HACK].problem
        shown = shown_mix(problem, self._config, planned.arm)
        options = self._options(planned.problem_id, rivals)
        messages = opening_messages(
            problem,
            shown.shown_tests,
            prompt=find_prompt("choice", self._config.prompt_id),
            system_prompt_id=self._config.system_prompt_id,
            options=[
                {"letter": letter, "text": option["code"], "is_code": option["dataset_label"] != FLAG}
                for letter, option in options.items()
            ],
        )
        objecting = FLAG if self._config.allow_flagging else CLEAN
        return Question(
            planned,
            messages,
            data={
                "options": options,
                "allow_flagging": self._config.allow_flagging,
                "evaluation_test_cases": shown.as_rows(problem),
            },
            problem=problem,
            mix=shown,
            reference=preferences(options, honest=CLEAN, hacky=HACK, objecting=objecting),
        )

    def _options(self, problem_id: str, rivals: Mapping[str, SolvedProblem]) -> Options:
        texts = {label: rival.code for label, rival in rivals.items()}
        if self._config.allow_flagging:
            texts[FLAG] = render_prompt("choice_flag", self._config.flag_prompt_id)
        letters = deal_letters(texts, seed=self._config.seed, problem_id=problem_id)
        return {letter: {"code": texts[label], "dataset_label": label} for letter, label in letters.items()}

    async def grade(self, question: Question, reply: str) -> dict[str, Any]:
        """The letter that was chosen, and whose it is."""
        return grade_letter(question.data["options"], reply)

    def prompt_digests(self) -> dict[str, str]:
        """SHA-256 of the templates of question, flag option and system prompt, by ``kind/id``."""
        config = self._config
        flag = config.flag_prompt_id if config.allow_flagging else None
        return prompt_digests([], choice=config.prompt_id, choice_flag=flag, system=config.system_prompt_id)
