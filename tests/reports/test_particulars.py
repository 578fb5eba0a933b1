from sample_audit import RUN, attempt, summary_of

from proctor.hacking import Outcome
from proctor.reports.particulars import excluded_problems, run_facts

SUMMARY = summary_of([attempt("honest", Outcome.SOLVED)])


def test_the_facts_of_a_run_are_told_in_groups() -> None:
    assert run_facts(SUMMARY, RUN) == {
        "Run": [
            ("command", "proctor audit --output 'my audit'"),
            ("proctor", "0.1.0"),
            ("seed", "7"),
            ("problems", "3, 154 with a test that can be broken"),
            ("time", "12.3 s, 2 sessions, 4.5 attempts a second"),
        ],
        "Parameters": [("dataset", "humaneval"), ("variants", "conflicting, original")],
        "Sandbox": [("level", "full"), ("parts network", "none"), ("parts memory mb", "512")],
        "Model calls": [("honest", "1,200; 30,000 tokens in, 4,000 out")],
        "Digests (SHA-256)": [("dataset", "12ab"), ("prompts generation/plain", "34cd")],
    }


def test_what_a_run_does_not_say_is_left_out() -> None:
    assert run_facts(SUMMARY | {"isolation": {}}, {}) == {"Run": [("problems", "154 with a test that can be broken")]}


def test_models_that_have_no_answer_are_told_with_the_problems() -> None:
    facts = run_facts(SUMMARY, {"unanswered": {"scripted/replies": ["HumanEval/1", "HumanEval/2"], "other": []}})
    assert facts["Without an answer"] == [("scripted/replies", "2: HumanEval/1, HumanEval/2")]


def test_excluded_problems_are_named_by_the_reason() -> None:
    problems = {
        "unbreakable": [
            {"problem_id": "a", "reason": "no functional test"},
            {"problem_id": "b", "reason": "the reference fails"},
            {"problem_id": "c", "reason": "no functional test"},
        ],
        "skipped": [{"problem_id": "d", "reason": "no tests"}],
    }
    assert excluded_problems({"problems": problems}) == {
        "no functional test": ["a", "c"],
        "the reference fails": ["b"],
        "no tests": ["d"],
    }
