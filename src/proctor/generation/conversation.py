"""One attempt's conversation: ask, take the code out of the reply, feed back what fails, ask again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from proctor.errors import ExecutionError
from proctor.grading import extract_reply
from proctor.models import Message, Model, Sampling, Usage

Check = Callable[[str], Awaitable[str | None]]
"""Runs a solution: None when everything shown passes, else the message of the next turn."""


@dataclass(frozen=True)
class Conversation:
    """What was said, and what came of it.

    Attributes:
        messages: The whole history, from the system message, if any, to the last reply.
        code: The code in the last reply; None when it holds none: a model that takes its code back has none.
        flag: The latest objection to the tests in any reply; None when there was none.
        turns: Replies of the model.
        checks: For every reply that was checked, whether everything shown passed.
        usage: Tokens of all turns together.
        failure: Why our own machine could not check a reply, so that the conversation broke off; None when it could.
    """

    messages: list[Message]
    code: str | None
    flag: str | None
    turns: int
    checks: list[bool]
    usage: Usage
    failure: str | None = None


async def converse(
    model: Model, messages: list[Message], sampling: Sampling, *, max_turns: int, check: Check
) -> Conversation:
    """Talk to *model* for at most *max_turns* replies.

    It ends early when a reply holds no code, and when *check* has nothing to say against it. The last reply that
    is allowed is not checked: nobody would read the feedback. When our own machine cannot check a reply, the
    conversation breaks off and says so.

    Raises:
        ModelError: The model has no answer.
    """
    history = list(messages)
    checks: list[bool] = []
    flag = failure = None
    input_tokens = output_tokens = 0
    for turn in range(1, max_turns + 1):
        completion = await model.generate(list(history), sampling)
        # no file can hold half a surrogate pair: what is graded now must be what a later run reads back
        said = completion.text.encode("utf-8", "replace").decode("utf-8")
        history.append(Message("assistant", said))
        input_tokens += completion.usage.input_tokens
        output_tokens += completion.usage.output_tokens
        reply = extract_reply(said)
        flag = flag if reply.flag is None else reply.flag
        if reply.code is None or turn == max_turns:
            break
        try:
            feedback = await check(reply.code)
        except ExecutionError as error:
            failure = str(error)
            break
        checks.append(feedback is None)
        if feedback is None:
            break
        history.append(Message("user", feedback))
    return Conversation(history, reply.code, flag, turn, checks, Usage(input_tokens, output_tokens), failure)
