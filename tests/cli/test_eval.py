"""``proctor eval TYPE``."""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from audit_process import ids, kill, read, record, run, start, wait_for_lines
from sum_problems import broken_sums, script

from endpoint_stub import TOKENS, EndpointStub, Reply, Request, chat_completion, metered, openai_error
from proctor.cli.main import main
from proctor.evaluation.configuration import find_config_folder
from proctor.problems import write_problems
from proctor.prompts import find_prompt

PACKAGED = find_config_folder("evaluation/configs").path
CONFIGS = sorted(path.stem for path in PACKAGED.glob("*.json") if "grid" not in read(path))
TRUTH = {"control/honest": 0.0, "control/special-caser": 1.0}
RATINGS = {"control/honest": 1.0, "control/special-caser": 10.0}
QUESTIONS = 16  # of a packaged example without originals
OUT = Path("out.jsonl")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty folder that every command runs in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def choice(*arguments: str, model: str = "control/honest") -> list[str]:
    output = [] if "--output" in arguments else ["--output", str(OUT)]
    return ["eval", "choice", "--datasets", "clean:clean.json,hack:hack.json", "--model", model, *output, *arguments]


def at(stub: EndpointStub, *arguments: str) -> list[str]:
    endpoint = ["--base-url", stub.base_url, "--cache-dir", "cache"]
    return choice(*endpoint, "--no-originals", *arguments, model="openai-compatible/x")


def completion(*arguments: str, model: str = "control/special-caser") -> list[str]:
    write_problems(Path("sums.json"), broken_sums(4))
    output = [] if "--output" in arguments else ["--output", str(OUT)]
    return ["eval", "completion", "--datasets", "sums:sums.json", "--model", model, *output, *arguments]


def answer_a(number: int, request: Request) -> Reply:
    return metered("<choice>A</choice>", delay=0.002)


def summary(path: Path = OUT) -> bytes:
    return path.with_name(f"{path.name}.summary.json").read_bytes()


def estimate(found: Any, name: str) -> float:
    value: float = found["metrics"][name]["of_all"]["estimate"]
    return value


def rows(path: Path = OUT) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("model", TRUTH)
@pytest.mark.parametrize("name", CONFIGS)
def test_every_packaged_configuration_reads_the_truth_of_control_models(
    name: str, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "--config", f"evaluation/configs/{name}.json", "--model", model, "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    rating = found["eval_type"] == "rating"
    expected = RATINGS[model] if rating else TRUTH[model]
    assert estimate(found, "average_score" if rating else "hack_rate") == expected
    assert (found["no_answer"], found["unparsed"], found["ungraded"]) == (0, 0, 0)
    assert f"evaluation/configs/{name}.json is not in {Path.cwd()}; the packaged example is used\n" in printed.err


def test_it_ends_with_a_table_and_the_path_of_the_results() -> None:
    ended = run(*choice())
    assert ended.returncode == 0
    assert ended.stderr.splitlines() == [
        f"{name} is not in {Path.cwd()}; the packaged example is used" for name in ("clean.json", "hack.json")
    ]
    assert "control/honest" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "results: out.jsonl"


def test_rows_and_record_say_how_they_came_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(completion("--num-broken", "1", "--max-problems", "3", "--quiet")) == 0
    assert capsys.readouterr().out == ""
    assert len(rows()) == 2 * 3
    found = record(OUT)
    assert found["counts"] == {"results": 6, "refused": 0, "unparsed": 0, "ungraded": 0}
    assert (found["left_out"], found["missed"]) == ([], {})
    parameters = found["parameters"]
    assert (parameters["num_broken"], parameters["max_problems"]) == (1, 3)
    assert parameters["limits"]["cpu_seconds"] == 5.0
    assert parameters["datasets_sha256"].keys() == {"sums"}
    assert found["digests"]["prompts"]["generation/basic"] == find_prompt("generation", "basic").digest
    assert found["isolation"]["level"]
    assert read(Path("out.jsonl.summary.json"))["rows"] == 6


def test_data_sets_may_be_json_and_lie_in_a_folder_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("data")
    folder.mkdir()
    write_problems(folder / "sums.json", broken_sums(2))
    given = ["--datasets", '{"sums": "sums.json"}', "--datasets-base-dir", "data"]
    assert main(["eval", "completion", *given, "--model", "control/honest", "--output", str(OUT)]) == 0
    assert {row["problem_id"] for row in rows()} == {"Sum/0", "Sum/1"}


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["--source-dataset", "apps"], "choice_apps_control-honest.jsonl"),
        (["--model", "control/mix:honest=0.5,special-caser=0.5"],
         "choice_mbpp_control-mix-honest=0.5,special-caser=0.5.jsonl"),
    ],
)  # fmt: skip
def test_the_default_name_says_what_was_evaluated(arguments: list[str], name: str) -> None:
    command = [word for word in choice() if word not in ("--output", str(OUT))]
    assert main([*command, *arguments]) == 0
    assert Path(name).exists()


def test_the_command_line_comes_before_the_file() -> None:
    values = read(PACKAGED / "choice_basic.json") | {"seed": 3, "epochs": 2, "output_path": "named.jsonl"}
    Path("mine.json").write_text(json.dumps(values))
    assert main(["eval", "choice", "--config", "mine.json", "--model", "control/honest", "--epochs", "1"]) == 0
    parameters = record(Path("named.jsonl"))["parameters"]
    assert (parameters["seed"], parameters["epochs"], parameters["model"]) == (3, 1, "control/honest")


def test_template_params_are_keys_of_a_configuration() -> None:
    command = ["eval", "rating", "--datasets", "clean:clean.json", "--model", "control/honest", "--output", str(OUT)]
    assert main([*command, "--template-params", "attribute:helpfulness"]) == 0
    assert {row["question_data"]["attribute"] for row in rows()} == {"helpfulness"}


def test_a_dash_in_the_name_of_a_type_does_as_well() -> None:
    command = ["eval", "code-selection", "--datasets", "selection:selection.jsonl", "--model", "control/honest"]
    assert main([*command, "--output", str(OUT)]) == 0
    assert {row["eval_type"] for row in rows()} == {"code_selection"}


def questions(path: Path) -> list[tuple[Any, ...]]:
    """What was asked, in order of the ids."""
    kept = ("id", "question_id", "question_prompt", "question_data")
    return sorted((tuple(json.dumps(row[key]) for key in kept) for row in rows(path)), key=str)


def test_the_same_seed_gives_the_same_bytes_and_another_one_another_order() -> None:
    outputs = {name: Path(f"{name}.jsonl") for name in ("one", "again", "other")}
    for name, path in outputs.items():
        mix = "control/mix:honest=0.5,special-caser=0.5"
        assert main(choice("--seed", "1" if name == "other" else "0", "--output", str(path), model=mix)) == 0
    assert questions(outputs["one"]) == questions(outputs["again"])
    assert summary(outputs["one"]) == summary(outputs["again"])
    order = {name: [row["problem_id"] for row in rows(path)] for name, path in outputs.items()}
    assert sorted(order["one"]) == sorted(order["other"])
    numbers = {name: {row["problem_id"]: row["question_id"] for row in rows(path)} for name, path in outputs.items()}
    assert numbers["one"] != numbers["other"]
    letters = {
        name: {row["problem_id"]: list(row["question_data"]["options"].items()) for row in rows(path)}
        for name, path in outputs.items()
    }
    assert letters["one"] != letters["other"]


def test_a_second_run_asks_nothing_and_comes_to_the_same(stub: EndpointStub) -> None:
    stub.decide = answer_a
    assert main(at(stub)) == 0
    before = OUT.read_bytes(), summary()
    assert main(at(stub, "--no-cache")) == 0
    assert (OUT.read_bytes(), summary(), stub.asked) == (*before, QUESTIONS)


def test_several_replies_to_a_question_are_different_ones(stub: EndpointStub) -> None:
    stub.decide = answer_a
    assert main(at(stub, "--epochs", "3")) == 0
    assert Counter(row["sample_index"] for row in rows()) == dict.fromkeys(range(3), QUESTIONS)
    assert stub.asked == 3 * QUESTIONS


def test_killed_it_goes_on_and_ends_like_an_undisturbed_run(stub: EndpointStub) -> None:
    stub.decide = answer_a
    assert main(at(stub, "--epochs", "3", "--output", "whole.jsonl", "--no-cache")) == 0
    whole, kills = 3 * QUESTIONS, 0
    for moment in (5, 20, 35):
        process = start(*at(stub, "--epochs", "3", "--no-cache"))
        kills += wait_for_lines(process, OUT, moment)
        kill(process)
    assert main(at(stub, "--epochs", "3", "--no-cache")) == 0
    assert kills == 3
    assert sorted(ids(OUT)) == sorted(ids(Path("whole.jsonl")))
    assert questions(OUT) == questions(Path("whole.jsonl"))
    assert summary() == summary(Path("whole.jsonl"))
    assert stub.asked <= 2 * whole + kills * 2 * 5


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(stub: EndpointStub) -> None:
    stub.decide = lambda number, request: Reply(body=chat_completion("<choice>A</choice>"), delay=0.05)
    process = start(*at(stub, "--epochs", "9"))
    assert wait_for_lines(process, OUT, 3)
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate()[1].splitlines()
    done, total = len(rows()), 9 * QUESTIONS
    assert process.returncode == 130
    assert told[-1] == f"stopped after {done} of {total} replies; what was done is kept, and the same command continues"
    assert json.loads(summary())["rows"] == done


def test_replacing_waits_until_the_new_questions_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(completion("--fraction-broken", "0.5")) == 0
    before = (OUT.read_bytes(), summary())
    assert main(completion("--num-broken", "9", "--replace")) == 1
    assert "none of its 4 problems can be asked about" in capsys.readouterr().err
    assert (OUT.read_bytes(), summary()) == before


def test_a_refused_question_has_its_row_and_the_others_go_on(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.planned = [openai_error(400, "This prompt is too long.", "context_length_exceeded")]
    stub.decide = answer_a
    assert main(at(stub, "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["no_answer"]) == (QUESTIONS, 1)
    (refused,) = (row for row in rows() if row["response"] is None)
    assert "This prompt is too long." in refused["grade"]["ungraded"]


def test_what_got_no_answer_is_told_and_asked_again_by_the_next_run(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.planned = [Reply(500, "no")]
    stub.decide = answer_a
    assert main(at(stub, "--api-max-retries", "0", "--max-concurrent", "1")) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"error: 1 of {QUESTIONS} replies had no answer, the first: ")
    assert told.endswith("; what was done is kept, and the same command asks them again")
    assert (len(rows()), list(record(OUT)["missed"])) == (QUESTIONS - 1, [(set(all_ids()) - set(ids(OUT))).pop()])
    assert main(at(stub)) == 0
    assert (sorted(ids(OUT)), record(OUT)["missed"]) == (sorted(all_ids()), {})


def all_ids() -> list[str]:
    problems = read(PACKAGED / "datasets/clean.json")["problems"]
    return [f"{problem['problem_id']}|main|0" for problem in problems]


def test_a_cap_ends_it_with_everything_kept_and_a_higher_one_goes_on(
    stub: EndpointStub, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.decide = answer_a
    assert main(at(stub, "--max-total-tokens", str(4 * TOKENS), "--max-concurrent", "2")) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: --max-total-tokens 2.0k tokens is reached: ")
    kept = ids(OUT)
    assert (len(kept), stub.asked, json.loads(summary())["rows"]) == (4, 4, 4)
    assert main(at(stub, "--max-total-tokens", str(99 * TOKENS))) == 0
    assert (ids(OUT)[:4], len(rows()), stub.asked) == (kept, QUESTIONS, QUESTIONS)


def test_an_endpoint_that_refuses_everything_is_told_in_one_line(
    stub: EndpointStub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_COMPATIBLE_API_KEY", "another")
    assert main(at(stub)) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert (last.startswith("error: "), "Incorrect API key" in last, OUT.exists()) == (True, True, False)


def test_problems_that_cannot_be_asked_about_are_told_and_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    problems = broken_sums(3)
    problems[1].broken_test_cases.clear()
    problems[1].metadata.clear()
    write_problems(Path("some.json"), problems)
    command = ["eval", "completion", "--datasets", "some:some.json", "--num-broken", "1", "--model", "control/honest"]
    assert main([*command, "--output", str(OUT)]) == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("1 problem is left out, such as Sum/1: ")
    (left_out,) = record(OUT)["left_out"]
    assert (left_out["problem_id"], told.endswith(left_out["reason"])) == ("Sum/1", True)
    assert {row["problem_id"] for row in rows()} == {"Sum/0", "Sum/2"}


def test_a_scripted_model_is_asked_only_what_it_has_replies_to(tmp_path: Path) -> None:
    replies = ["<code>\ndef add(x):\n    return x\n</code>", "<flag>The tests are wrong.</flag>"]
    assert main(completion("--no-originals", model=script(tmp_path, *replies))) == 0
    found = {row["problem_id"]: row["grade"] for row in rows()}
    assert {name: grade["flagged"] for name, grade in found.items()} == {"Sum/0": False, "Sum/1": True}


def test_other_parameters_are_refused_by_name_unless_they_replace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(choice()) == 0
    assert main(choice("--seed", "1", model="control/special-caser")) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: out.jsonl holds results that were made otherwise: model control/honest (now control/special-caser); "
        "seed 0 (now 1); repeat that, or choose another --output"
    )
    assert main(choice("--seed", "1", "--replace", model="control/special-caser")) == 0
    assert {row["config"]["model"] for row in rows()} == {"control/special-caser"}
    assert json.loads(summary())["model"] == "control/special-caser"


def test_a_file_of_something_else_is_left_alone_even_by_replace(capsys: pytest.CaptureFixture[str]) -> None:
    OUT.write_text('{"id": "x"}\n')
    assert main(choice("--replace")) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: out.jsonl is there already, and no out.jsonl.run.json beside it says that it holds results; "
        "choose another --output"
    )
    assert OUT.read_text() == '{"id": "x"}\n'


def test_replace_forgets_results_alone(capsys: pytest.CaptureFixture[str]) -> None:
    OUT.write_text('{"problem_id": "x"}\n')
    made_by_another_command = '{"parameters": {"ratio": 0.5}, "digests": {}}'
    Path("out.jsonl.run.json").write_text(made_by_another_command)
    assert main(choice("--replace")) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "error: out.jsonl.run.json is no record of results; choose another --output"
    )
    assert OUT.read_text() == '{"problem_id": "x"}\n'
    assert Path("out.jsonl.run.json").read_text() == made_by_another_command


def test_results_of_another_type_are_told_from_something_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(choice()) == 0
    assert main(completion()) == 1
    assert "error: out.jsonl holds results that were made otherwise: eval_type choice" in capsys.readouterr().err
    assert main(completion("--replace")) == 0
    assert {row["eval_type"] for row in rows()} == {"completion"}


@pytest.mark.parametrize("output", [".", "/"])
def test_an_output_without_a_name_is_refused(output: str, capsys: pytest.CaptureFixture[str]) -> None:
    values = {"eval_type": "rating", "datasets": {"source": "clean.json"}, "output_path": output}
    Path("mine.json").write_text(json.dumps(values))
    assert main(["eval", "--config", "mine.json", "--model", "control/honest"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"error: expected a file to write, found {output!r}; choose another --output"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"fraction_brokn": 0.5}, "unknown key in mine.json: 'fraction_brokn'; did you mean 'fraction_broken'?"),
        ({"fraction_broken": 0.5, "num_broken": 1}, "mine.json: keys 'fraction_broken' and 'num_broken' say the same"),
        ({"eval_type": "choise"}, "unknown eval_type in mine.json: 'choise'; did you mean 'choice'?"),
        ({"datasets": {"clean": "no.json", "hack": "hack.json"}}, "unknown file or packaged data set 'no.json'"),
    ],
)
def test_a_configuration_that_does_not_do_is_refused_in_one_line(
    values: dict[str, Any], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.json").write_text(json.dumps(read(PACKAGED / "choice_basic.json") | values))
    assert main(["eval", "--config", "mine.json", "--model", "control/honest"]) == 1
    told = capsys.readouterr().err
    assert (told.count("\n"), told.startswith(f"error: {message}")) == (1, True)
    assert [path.name for path in Path().iterdir()] == ["mine.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "control/honest"], "expected a type of evaluation (choice, "),
        (["choise"], "No such command 'choise'"),
        (["choice", "--max-turns", "3"], "No such option '--max-turns'"),
        (["rating", "--attribute"], "Option '--attribute' requires an argument"),
    ],
)
def test_options_that_a_type_does_not_take_are_a_usage_error(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_an_unknown_model_leaves_nothing_behind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(choice(model="gtp-4o")) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: unknown model 'gtp-4o'")
    assert list(Path().iterdir()) == []
