from printed_table import printed_words

from proctor.generation.profiling import ProblemProfile, Profile
from proctor.reports.profile_table import profile_table


def shown(profile: Profile) -> list[str]:
    return printed_words(profile_table(profile), 80)


def problem(name: str, model: float, calls: int = 1, **spent: float) -> ProblemProfile:
    kinds = {"waiting": 0.0, "execution": 0.0, "io": 0.0, "overhead": 0.0} | spent
    return ProblemProfile.of(name, {"model": model, **kinds}, calls=calls, turns=1, attempts=1)


def test_each_problem_has_the_shares_of_its_own_time_and_all_those_of_theirs() -> None:
    fast = problem("p/fast", 0.9, execution=0.05, overhead=0.05)
    slow = problem("p/slow", 96.0, calls=1200, waiting=3.0, execution=0.99, io=0.01)
    assert shown(Profile([fast, slow])) == [
        "Where the time of each problem went",
        "problem calls seconds model waiting execution I/O overhead",
        "p/slow 1,200 100.00 96.0 % 3.0 % 1.0 % <0.1 % 0 %",
        "p/fast 1 1.00 90.0 % 0 % 5.0 % 0 % 5.0 %",
        "all 1,201 101.00 95.9 % 3.0 % 1.0 % <0.1 % <0.1 %",
    ]


def test_of_many_problems_the_slowest_are_shown() -> None:
    lines = shown(Profile([problem(f"p/{number}", number) for number in range(1, 101)]))
    assert lines[0] == "Where the time of each problem went, the slowest 20 of 100"
    assert [line.split()[0] for line in lines[2:]] == [*(f"p/{number}" for number in range(100, 80, -1)), "all"]


def test_an_id_cannot_command_the_terminal() -> None:
    assert shown(Profile([problem("[red]\x1b[2J", 1.0)]))[2].startswith(r"[red]\x1b[2J 1 ")
