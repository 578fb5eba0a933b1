"""Run ``proctor eval view`` with its options read."""

from pathlib import Path

from proctor.cli.printing import print_json
from proctor.cli.result_files import find_result_files
from proctor.cli.run_eval import print_summaries
from proctor.cli.running import watched
from proctor.errors import InputError
from proctor.evaluation.metrics import summarize_results


def run(folder: Path, *, as_json: bool) -> None:
    """Do what the options say.

    Raises:
        InputError: There are no results below *folder*.
    """
    with watched("nothing was summed up") as display:
        files = find_result_files([folder], display.note)
        summaries = {}
        for name, file in files.items():
            try:
                summaries[name] = summarize_results(file, where=str(file.path))
            except InputError as error:  # one bad row, or rows of several evaluations
                display.note(f"{error}: left out")
    if not summaries:
        raise InputError(f"{folder} holds no results of an evaluation")
    if as_json:
        print_json({str(files[name].path): summary for name, summary in summaries.items()})
    else:
        print_summaries(summaries)
