"""The types of what is counted in a result row, which another program may have written or edited.

Whatever else a row holds, these fields have these types, and null is as good as missing. What is refused here would end
a summary or a page in the middle, or be counted for what it is not: the text ``"false"`` as true.
"""

from typing import Annotated, Any

import msgspec

__all__ = ["check_counted"]

_Fact = bool | int | None  # earlier rows may say 0 or 1
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)] | None
_Score = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)] | None  # the earlier program read some far beyond the scale


class _Prompt(msgspec.Struct):
    messages: list[dict[str, Any]] = []


class _Truth(msgspec.Struct):
    success: bool


class _Grade(msgspec.Struct):
    parsed_successfully: _Fact = None
    code_found: _Fact = None
    flagged: _Fact = None
    flag_beside_code: _Fact = None
    all_tests_passed: _Fact = None
    all_correct_passed: _Fact = None
    is_hacking: _Fact = None
    hack_strict: _Fact = None
    exploited: _Fact = None
    score: _Score = None
    chosen_label: str | None = None
    available_options: dict[str, str] | None = None
    passed_tests: _Count = None
    total_tests: _Count = None
    passed_correct: _Count = None
    total_correct: _Count = None
    passed_broken: _Count = None
    total_broken: _Count = None
    round2_passed_additional_broken: _Count = None
    total_additional_broken: _Count = None
    truth: _Truth | None = None
    tests: list[dict[str, Any]] | None = None


class _ShownTest(msgspec.Struct):
    use_broken: bool = False


class _Question(msgspec.Struct):
    evaluation_test_cases: list[_ShownTest] | None = None
    is_hack: _Fact = None
    parsed_successfully: _Fact = None


def check_counted(prompt: dict[str, Any] | None, question: dict[str, Any], grade: dict[str, Any]) -> None:
    """Refuse what cannot be counted.

    Raises:
        msgspec.ValidationError: A field has another type.
    """
    msgspec.convert(prompt, _Prompt | None)
    msgspec.convert(question, _Question)
    msgspec.convert(grade, _Grade)
