import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest
from sum_problems import problem_file, sums

from proctor import __version__
from proctor.cli.audit import DEFAULT_MODELS, DEFAULT_VARIANTS, audit
from proctor.cli.main import COMMANDS, main, proctor
from proctor.evaluation.audit import AuditParameters
from proctor.execution import Limits
from proctor.models import make_model
from proctor.prompts import prompt_ids
from proctor.records import read_jsonl


def command(name: str) -> click.Command:
    found = proctor.get_command(click.Context(proctor), name)
    assert found is not None
    return found


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"proctor {__version__}\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f"  {name} " in listed for name in COMMANDS)


def test_help_answers_in_under_300_ms_of_cpu() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", "from proctor.cli.main import main; main(['--help'])"], check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.3


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_a_help_text(name: str) -> None:
    found = command(name)
    assert found.help
    options = [parameter for parameter in found.params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_a_command_that_there_is_not_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audt"]) == 2
    assert "No such command 'audt'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing option '--output'"),
        (["--output", "x", "--samples", "0"], "0 is not in the range x>=1"),
        (["--output", "x", "--fraction-broken", "0"], "0.0 is not in the range 0<x<=1"),
        (
            ["--output", "x", "--num-broken", "1", "--fraction-broken", "0.5"],
            "--num-broken and --fraction-broken say the same: give one of them.",
        ),
        (["--output", "x", "--estimate", "--reclassify"], "--estimate counts what --reclassify never does"),
        (["--output", "x", "--modle", "control/honest"], "No such option"),
    ],
)
def test_usage_errors_exit_with_status_2(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    assert main(["audit", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_the_defaults_are_those_of_the_library() -> None:
    defaults = {option.name: option.default for option in audit.params if option.name}
    assert (defaults["timeout"], defaults["memory"]) == (Limits().cpu_seconds, Limits().memory_mb)
    parameters = AuditParameters()
    for name in ("dataset", "temperature", "prompt_id", "feedback", "max_turns", "seed", "flag_prompt_id"):
        assert defaults[name] == getattr(parameters, name)
    assert set(DEFAULT_VARIANTS) == set(parameters.variants)


def test_the_default_models_are_known() -> None:
    for name in DEFAULT_MODELS:
        assert make_model(name, references={}, seed=0).name == name


def test_the_help_of_feedback_names_every_prompt_of_its_kind() -> None:
    (text,) = (getattr(option, "help", "") for option in audit.params if option.name == "feedback")
    assert all(name in text for name in prompt_ids("feedback"))


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_the_caller_has_closed_do_no_harm(closed: str, tmp_path: Path) -> None:
    """A file that took the number of a closed stream would get what is printed there."""
    problem_file(tmp_path / "problems.jsonl", sums(1))
    command = f'exec "$0" -c "$1" sample problems.jsonl --output out.jsonl --model control/honest {closed}'
    run = ["sh", "-c", command, sys.executable, "from proctor.cli.main import main; raise SystemExit(main())"]
    assert subprocess.run(run, cwd=tmp_path, check=False).returncode == 0
    assert [row["id"] for row in read_jsonl(tmp_path / "out.jsonl")] == ["Sum/0|0"]
