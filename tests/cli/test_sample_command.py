"""``proctor sample``, and the same under its documented name."""

import inspect
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from audit_process import ids, kill, record, run, start, wait_for_lines
from sum_problems import problem_file, sums

from endpoint_stub import TOKENS, EndpointStub, Reply, Request, chat_completion, metered, openai_error
from hub_server import HubServer
from proctor.cli.generate import generate
from proctor.cli.main import main
from proctor.cli.sample import sample
from proctor.generation import SolutionSampler, Wording
from proctor.problems.swebench import CONFIGS
from proctor.prompts import render_prompt

PATCH = "diff --git a/f.py b/f.py\n--- a/f.py\n+++ b/f.py\n@@ -1 +1 @@\n-a\n+b\n"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def answer(number: int, request: Request) -> Reply:
    """A different piece of code every time."""
    return metered(f"<code>\nadd = {number}\n</code>", delay=0.002)


def sampled(home: Path, *arguments: str, problems: int = 4) -> list[str]:
    dataset = problem_file(home / "sums.jsonl", sums(problems))
    return ["sample", str(dataset), "--output", str(home / "out.jsonl"), *arguments]


def at(stub: EndpointStub, *arguments: str, problems: int = 4) -> list[str]:
    model = ["--model", "openai-compatible/x", "--base-url", stub.base_url, "--cache-dir", "cache"]
    return sampled(Path.cwd(), *model, *arguments, problems=problems)


def run_generate(*arguments: str) -> int:
    return main(list(arguments), command=generate, prog_name="generate")


def defaults(command: click.Command) -> dict[str, Any]:
    flags = {option.name for option in command.params if isinstance(option, click.Option) and option.is_flag}
    return {option.name: option.name not in flags and option.default for option in command.params if option.name}


def test_it_ends_with_a_table_and_the_path_of_the_samples(tmp_path: Path) -> None:
    ended = run(*sampled(tmp_path, "--model", "control/honest", "--samples", "3"))
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = ended.stdout.splitlines()
    assert (shown[0].rstrip(), shown[-1]) == ("12 samples", f"samples: {tmp_path / 'out.jsonl'}")
    assert " holds a solution        12   100 % " in shown
    assert sorted(ids(tmp_path / "out.jsonl")) == [f"Sum/{number}|{index}" for number in range(4) for index in range(3)]


def test_the_samples_can_be_graded_as_they_are(tmp_path: Path) -> None:
    assert run(*sampled(tmp_path, "--model", "control/honest")).returncode == 0
    graded = run("grade", tmp_path / "out.jsonl", "--output", tmp_path / "grades.jsonl")
    assert "passed: 4 of 4 graded, 100.0 %" in graded.stdout


def test_samples_may_be_added_and_none_is_drawn_twice(stub: EndpointStub, capsys: pytest.CaptureFixture[str]) -> None:
    stub.decide = answer
    assert main(at(stub, "--samples", "2")) == 0
    assert main(at(stub, "--samples", "3", problems=5)) == 0
    found = rows(Path("out.jsonl"))
    assert (
        stub.asked == len({row["id"] for row in found}) == len({row["final_code"] for row in found}) == len(found) == 15
    )
    assert record(Path("out.jsonl"))["accounts"]["models"]["openai-compatible/x"]["calls"] == 15
    assert record(Path("out.jsonl"))["parameters"]["samples"] == 3
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .startswith("calls of models: 15 paid, 0 answered from the cache, 0 without an answer, 0 retries")
    )


def test_the_record_has_parameters_digests_and_what_was_left_out(tmp_path: Path) -> None:
    replies = tmp_path / "replies.jsonl"
    replies.write_text('{"problem_id": "Sum/1", "reply": "I cannot."}\n')
    command = sampled(tmp_path, "--model", f"scripted/{replies}", "--seed", "7", "--prompt-id", "neutral")
    with (tmp_path / "sums.jsonl").open("a") as file:
        file.write('{"problem_id": "Sum/4"}\n')
    assert main(command) == 0
    found = record(tmp_path / "out.jsonl")
    assert found["counts"] == {"samples": 1, "with_code": 0, "without_code": 1, "refused": 0}
    assert found["digests"]["prompts"].keys() == {"generation/neutral", "system/helpful_coder"}
    assert (
        found["parameters"].items() >= {"dataset": str(tmp_path / "sums.jsonl"), "seed": 7, "temperature": 1.0}.items()
    )
    problems = found["problems"]
    assert (problems["loaded"], problems["unanswered"]) == (4, ["Sum/0", "Sum/2", "Sum/3"])
    assert [skipped["problem_id"] for skipped in problems["skipped"]] == ["Sum/4"]


def test_a_refused_question_has_its_row_and_the_others_go_on(stub: EndpointStub) -> None:
    def decide(number: int, request: Request) -> Reply:
        if "Add 2 to x" in request.question:
            return openai_error(400, "It is too long.", "context_length_exceeded")
        return answer(number, request)

    stub.decide = decide
    assert main(at(stub)) == 0
    found = {row["id"]: row for row in rows(Path("out.jsonl"))}
    assert found["Sum/2|0"]["test_execution_feedback"]["failure"].endswith("HTTP 400: It is too long.")
    assert found["Sum/2|0"]["final_code"] == ""
    assert [bool(row["final_code"]) for row in found.values()].count(True) == 3
    assert record(Path("out.jsonl"))["counts"]["refused"] == 1


def test_what_got_no_answer_is_told_and_asked_again_by_the_next_run(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = lambda number, request: (
        openai_error(500, "Overloaded.") if "Add 2 to x" in request.question else answer(number, request)
    )
    assert main(at(stub, "--api-max-retries", "0")) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: 1 of 4 samples had no answer, the first: openai-compatible/x gave no answer in 1 attempt: "
        "HTTP 500: Overloaded.; what was done is kept, and the same command asks them again"
    )
    assert record(Path("out.jsonl"))["missed"].keys() == {"Sum/2|0"}
    stub.decide = answer
    assert main(at(stub)) == 0
    assert sorted(ids(Path("out.jsonl"))) == [f"Sum/{number}|0" for number in range(4)]
    assert record(Path("out.jsonl"))["missed"] == {}


def test_a_cap_ends_it_with_everything_kept_and_a_higher_one_goes_on(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = answer
    assert main(at(stub, "--max-total-tokens", str(2 * TOKENS))) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith("2 samples")
    assert printed.err.splitlines()[-1].startswith("error: --max-total-tokens 1.0k tokens is reached: ")
    assert main(at(stub, "--max-total-tokens", "9000")) == 0
    assert stub.asked == len(ids(Path("out.jsonl"))) == 4


def test_refused_requests_leave_nothing_behind(stub: EndpointStub, capsys: pytest.CaptureFixture[str]) -> None:
    stub.decide = lambda number, request: openai_error(404, "The model 'x' does not exist.", "model_not_found")
    assert main(at(stub)) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1] == (
        "error: openai-compatible/x refuses requests: HTTP 404: The model 'x' does not exist.; "
        "check the model's name and --base-url"
    )
    assert not Path("out.jsonl").exists()


def test_killed_it_goes_on_and_pays_nothing_twice_beyond_the_calls_in_flight(stub: EndpointStub) -> None:
    stub.decide = answer
    command = at(stub, "--samples", "5", problems=20)
    for moment in (10, 40, 70):
        process = start(*command)
        assert wait_for_lines(process, Path("out.jsonl"), moment)
        kill(process)
    assert run(*command).returncode == 0
    found = ids(Path("out.jsonl"))
    assert len(found) == len(set(found)) == 100
    assert stub.asked <= 100 + 3 * 5


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(stub: EndpointStub) -> None:
    stub.decide = lambda number, request: Reply(body=chat_completion("<code>\na = 1\n</code>"), delay=0.02)
    process = start(*at(stub, problems=50))
    assert wait_for_lines(process, Path("out.jsonl"), 5)
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate()[1].splitlines()
    assert process.returncode == 130
    done = len(ids(Path("out.jsonl")))
    assert told[-1] == f"stopped after {done} of 50 samples; what was done is kept, and the same command continues"
    assert record(Path("out.jsonl"))["counts"]["samples"] == done


def test_other_parameters_are_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(sampled(tmp_path, "--model", "control/honest")) == 0
    assert main(sampled(tmp_path, "--model", "control/wrong", "--temperature", "0")) == 1
    assert capsys.readouterr().err == (
        f"error: {tmp_path / 'out.jsonl'} holds samples that were made otherwise: model control/honest "
        "(now control/wrong); temperature 1.0 (now 0.0); repeat that, or choose another --output\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "gtp-4o"], "unknown model 'gtp-4o'"),
        (["--prompt-id", "basci"], "unknown generation prompt 'basci'; did you mean 'basic'?"),
        (["--system-prompt-id", "helpful"], "unknown system prompt 'helpful'; did you mean 'helpful_coder'?"),
        (["--model", "scripted/missing.jsonl"], "no such file: missing.jsonl"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(sampled(tmp_path, *arguments)) == 1
    printed = capsys.readouterr().err
    assert (printed.count("\n"), printed.startswith(f"error: {message}")) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["sums.jsonl"]


def test_a_model_with_nothing_to_say_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = tmp_path / "replies.jsonl"
    replies.write_text('{"problem_id": "Other/1", "reply": "x"}\n')
    assert main(sampled(tmp_path, "--model", f"scripted/{replies}")) == 1
    assert capsys.readouterr().err.startswith(
        f"error: scripted/{replies} has nothing to say about any of the 4 problems (the first is 'Sum/0'): "
    )


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([], "sums_control-honest_4problems_1samples.jsonl"),
        (["--samples", "2", "--max-problems", "9"], "sums_control-honest_4problems_2samples.jsonl"),
        (["--streaming"], "sums_control-honest_allproblems_1samples.jsonl"),
        (["--streaming", "--max-problems", "3"], "sums_control-honest_3problems_1samples.jsonl"),
    ],
)
def test_the_default_name_says_what_was_sampled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    problem_file(tmp_path / "sums.jsonl", sums(4))
    assert main(["sample", "sums.jsonl", "--model", "control/honest", *arguments]) == 0
    assert Path(name).exists()


def test_the_documented_commands_work_as_they_are_printed(stub: EndpointStub, hub: HubServer) -> None:
    dataset, revision = CONFIGS["oracle"]
    issues = [
        {"instance_id": f"owner__name-{number}", "text": f"Mend {number}.", "patch": PATCH} for number in range(2)
    ]
    hub.add(dataset, {"data/test-00000-of-00001.parquet": issues}, commit=revision)
    stub.decide = lambda number, request: Reply(body=chat_completion(f"<patch>\n{PATCH}+{number}\n</patch>"))
    environment = {**os.environ, **hub.environment, "OPENAI_BASE_URL": stub.base_url, "XDG_CACHE_HOME": str(Path.cwd())}
    for command in (
        "--dataset swebench --num-samples-per-problem 5 --temperature 0.8",
        "--dataset swebench --system-prompt-id helpful_coder --prompt-id basic",
    ):
        ended = subprocess.run(
            [sys.executable, "-W", "error", "-m", "code_generation.generation_cli", "generate", *command.split()],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
    several = rows(Path("swebench_gpt-4o-mini_2problems_5samples.jsonl"))
    assert len({row["final_code"] for row in several}) == len(several) == 10
    assert {request.body["temperature"] for request in stub.requests[:10]} == {0.8}
    (first,) = (row for row in rows(Path("swebench_gpt-4o-mini_2problems_1samples.jsonl")) if "-0|" in row["id"])
    assert first["full_message_history"][:2] == [
        {"role": "system", "content": render_prompt("system", "helpful_coder")},
        {"role": "user", "content": render_prompt("patch", "basic", description="Mend 0.", hints="")},
    ]
    assert first["final_code"].startswith("diff --git a/f.py")


def test_a_file_may_stand_in_for_the_data_set_that_names_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    problem_file(tmp_path / "sums.jsonl", sums(2))
    arguments = ["--load-from-file", "sums.jsonl", "--model", "control/honest", "--n-public", "1"]
    assert run_generate("--dataset", "deepcoder", *arguments) == 0
    found = rows(Path("deepcoder_control-honest_2problems_1samples.jsonl"))
    assert [len(row["problem"]["public_test_cases"]) for row in found] == [1, 1]
    assert "assert add(" in found[0]["full_message_history"][1]["content"]


def test_two_tests_of_mbpp_are_public_unless_another_number_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tests = [f"assert add({x}, 1) == {x + 1}" for x in range(3)]
    row = {"task_id": 1, "text": "Add two numbers.", "code": "def add(x, y):\n    return x + y", "test_list": tests}
    Path("mbpp.jsonl").write_text(json.dumps(row) + "\n")
    arguments = ["--dataset", "mbpp", "--source", "mbpp.jsonl", "--model", "control/honest", "--output"]
    for output, more, public in (("a.jsonl", [], 2), ("b.jsonl", ["--n-public", "1"], 1)):
        assert run_generate(*arguments, output, *more) == 0
        assert len(rows(Path(output))[0]["problem"]["public_test_cases"]) == public


def test_configs_may_stand_behind_one_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_generate("--dataset", "deepcoder", "--configs", "lcbv5", "taoc", "--model", "control/honest") == 1
    assert capsys.readouterr().err.startswith("error: unknown config of deepcoder 'taoc'; did you mean 'taco'?")


def test_generate_wants_a_data_set_or_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_generate("--model", "control/honest") == 2
    assert "expected --dataset NAME or --load-from-file FILE." in capsys.readouterr().err


def test_the_defaults_are_the_documented_ones() -> None:
    found = defaults(generate)
    expected = {
        "model": "gpt-4o-mini",
        "temperature": 1.0,
        "system_prompt_id": "helpful_coder",
        "prompt_id": "basic",
        "samples": 1,
        "max_concurrent": 5,
        "api_max_retries": 3,
        "include_hints": False,
        "no_cache": False,
        "streaming": False,
    }
    assert {name: found[name] for name in expected} == expected
    assert [option.name for option in generate.params if isinstance(option, click.Option) and not option.help] == []


def test_the_defaults_are_those_of_the_library() -> None:
    found, wording = defaults(sample), Wording()
    assert {name: found[name] for name in ("prompt_id", "system_prompt_id", "include_hints")} == {
        "prompt_id": wording.prompt_id,
        "system_prompt_id": wording.system_prompt_id,
        "include_hints": wording.include_hints,
    }
    parameters = inspect.signature(SolutionSampler).parameters
    for name in ("temperature", "max_concurrent"):
        assert found[name] == parameters[name].default
