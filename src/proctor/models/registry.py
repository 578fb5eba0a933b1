"""From the name of a model to the model: ``BACKEND/REST``, each backend imported when it is used."""

from collections.abc import Callable, Mapping

from proctor.errors import UnknownNameError
from proctor.models.model import Model
from proctor.models.reference import Reference

Factory = Callable[[str, Mapping[str, Reference], int], Model]


def make_model(name: str, *, references: Mapping[str, Reference], seed: int) -> Model:
    """The model of that name.

    Args:
        name: ``control/POLICY``, ``control/mix:POLICY=SHARE,…`` or ``scripted/FILE``.
        references: From problem id to its reference; only control models look at it.
        seed: What the random choices of a control model are drawn from.

    Raises:
        UnknownNameError: No such model, or no such policy in a mix.
        InputError: The shares of a mix are wrong, or the file of a script is missing or holds a bad row.
    """
    backend, _, rest = name.partition("/")
    if backend not in BACKENDS or not rest:
        raise UnknownNameError("model", name, known_models())
    return BACKENDS[backend](name, references, seed)


def known_models() -> list[str]:
    """Every name that :func:`make_model` knows, with capitals where the user fills in."""
    from proctor.models.control import POLICIES

    return [*(f"control/{policy}" for policy in POLICIES), "control/mix:POLICY=SHARE,…", "scripted/FILE"]


def _make_control(name: str, references: Mapping[str, Reference], seed: int) -> Model:
    from proctor.models.control import POLICIES, ControlModel, parse_mix

    policy = name.removeprefix("control/")
    if policy.partition(":")[0] == "mix":
        return ControlModel(name, parse_mix(name), references=references, seed=seed)
    if policy not in POLICIES:
        raise UnknownNameError("model", name, known_models())
    return ControlModel(name, {policy: 1.0}, references=references, seed=seed)


def _make_scripted(name: str, references: Mapping[str, Reference], seed: int) -> Model:
    from proctor.models.scripted import load_script

    return load_script(name)


BACKENDS: dict[str, Factory] = {"control": _make_control, "scripted": _make_scripted}
