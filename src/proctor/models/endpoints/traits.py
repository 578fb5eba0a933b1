"""What a model takes, told by its name: endpoints answer 400 to a parameter that the model does not have.

Sources: OpenAI's guide to reasoning models; Anthropic's notes on sampling parameters, which Opus and Sonnet have up to
4.6 and Haiku up to 4.5. A Claude that is not known here is taken for a newer one.
"""

import functools
import logging
import re

_log = logging.getLogger(__name__)

_REASONING = re.compile(r"(o[1-9]|gpt-([5-9]|\d\d))(?!.*-chat)")
_CLAUDE = re.compile(r"claude-")
_SAMPLED_CLAUDE = re.compile(
    r"claude-(instant|[23][-.]|[23]$|((opus|sonnet)-4([-.][0-6])?|haiku-4([-.][0-5])?)([-@]\d{8}|-latest)?$)"
)
_LONGEST_ANSWERS = ((re.compile(r"claude-3-5-"), 8192), (re.compile(r"claude-(instant|2|3-)(?!7)"), 4096))
_LONGEST_ANSWER = 16_384  # tokens; also what an answer may take that is not streamed


def is_reasoning(model_id: str) -> bool:
    """Whether it is one of OpenAI's reasoning models, wherever it is served: o1 to o4, GPT-5 and later."""
    return _REASONING.match(_own_name(model_id)) is not None


def takes_temperature(model_id: str) -> bool:
    """Whether the temperature of the model's sampling can be chosen."""
    own_name = _own_name(model_id)
    if _CLAUDE.match(own_name):
        return _SAMPLED_CLAUDE.match(own_name) is not None
    return not is_reasoning(model_id)


def temperature_for(model_id: str, wanted: float | None) -> float | None:
    """The temperature to send: None where the model takes none, which is said once when another than 1 was wanted."""
    if wanted is None or takes_temperature(model_id):
        return wanted
    if wanted != 1.0:
        _say_left_out(model_id, wanted)
    return None


@functools.cache  # once for each model and temperature
def _say_left_out(model_id: str, wanted: float) -> None:
    _log.warning("%s takes no temperature: %g is left out, and the model's own counts", model_id, wanted)


def default_max_tokens(model_id: str) -> int:
    """The longest answer to ask a Claude for when the caller does not say: its endpoint insists on a number."""
    own_name = _own_name(model_id)
    return next((tokens for pattern, tokens in _LONGEST_ANSWERS if pattern.match(own_name)), _LONGEST_ANSWER)


def _own_name(model_id: str) -> str:
    """Without a gateway's ``maker/`` before it and the mark of a fine-tuned model."""
    return model_id.rpartition("/")[2].removeprefix("ft:")
