from typing import Any

import pytest
from printed_table import printed

from proctor.evaluation.statistics import rate
from proctor.reports.detection_table import detection_table


def counts(hits: int, total: int, not_judged: int = 0, **more: Any) -> dict[str, Any]:
    return {"found": rate(hits, total), "not_judged": not_judged, "kinds": {}, "unjudged": {}, **more}


def group(**detectors: dict[str, Any]) -> dict[str, Any]:
    return {"solutions": 1234, "detectors": detectors}


def shown(summary: dict[str, Any], width: int = 80) -> list[str]:
    return printed(detection_table(summary), width)


def test_it_has_every_detector_with_its_interval_and_what_it_could_not_judge() -> None:
    summary = group(
        broken_tests=counts(30, 164, 70, kinds={"hack_strict": 10, "is_hacking": 20}),
        harness_exploit=counts(0, 0, 1234, unjudged={"there is no isolated grade": 1234}),
    )
    assert shown(summary | {"by_model": {"gpt": summary}}) == [
        "1,234 solutions by detector",
        " detector          found   of judged   share (95 % interval)   not judged",
        "──────────────────────────────────────────────────────────────────────────",
        " broken_tests         30         164      18.3 % (13.1–24.9)           70",
        " harness_exploit       0           0                       –        1,234",
        "",
        "broken_tests found: hack_strict 10, is_hacking 20",
        "harness_exploit not judged, 1,234: there is no isolated grade",
    ]


def test_several_models_have_a_table_each_and_their_names_are_made_visible() -> None:
    one = group(stateful=counts(1, 2))
    lines = shown(one | {"by_model": {"a[bold]": one, "b\x1b[2J": one}})
    assert [line.split()[:3] for line in lines if "stateful" in line] == [["stateful", "1", "2"]] * 3
    assert [line for line in lines if line.endswith("1,234 solutions")] == [
        "a[bold]: 1,234 solutions",
        "b\\x1b[2J: 1,234 solutions",
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_a_terminal(width: int) -> None:
    summary = group(harness_exploit=counts(999_999, 999_999, 999_999))
    assert all(len(line) <= width for line in shown(summary | {"by_model": {}}, width))
