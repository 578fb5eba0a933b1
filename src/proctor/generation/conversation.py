"""One attempt's conversation: ask, take the code out of the reply, feed back what fails, ask again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from proctor.errors import ExecutionError, QuestionRefusedError
from proctor.grading import extract_reply
from proctor.models import Message, Model, Sampling, Usage
from proctor.stopwatch import spent_on

Check = Callable[[str], Awaitable[str | None]]
"""Runs a solution: None when everything shown passes, else the message of the next turn."""


@dataclass(frozen=True)
class Conversation:
    """What was said, and what came of it.

    Attributes:
        messages: The whole history, from the system message, if any, to the last reply, or to what was refused.
        code: The code in the last reply; None when it holds none: a model that takes its code back has none.
        flag: The latest objection to the tests in any reply; None when there was none.
        turns: Replies of the model.
        checks: For every reply that was checked, whether everything shown passed.
        usage: Tokens of all turns together.
        failure: Why the conversation broke off: our own machine could not check a reply, or the model's endpoint
            refused the question; None when it did not.
        code_found_in: Where in the last reply the code stood: see :class:`proctor.grading.Extraction`.
        calls: Requests that went out to the model, tries that failed included; none for an answer out of the cache.
    """

    messages: list[Message]
    code: str | None
    flag: str | None
    turns: int
    checks: list[bool]
    usage: Usage
    failure: str | None = None
    code_found_in: str | None = None
    calls: int = 0


async def converse(
    model: Model, messages: list[Message], sampling: Sampling, *, max_turns: int = 1, check: Check | None = None
) -> Conversation:
    """Talk to *model* for at most *max_turns* replies.

    It ends early when a reply holds no code, when *check* has nothing to say against it, and when there is no *check*.
    The last reply that is allowed is not checked: nobody would read the feedback. When our own machine cannot check a
    reply, or the endpoint refuses a question, the conversation breaks off and says so.

    Raises:
        ModelError: The model has no answer.
    """
    history = list(messages)
    checks: list[bool] = []
    code = flag = failure = found_in = None
    turns = calls = input_tokens = output_tokens = 0
    while turns < max_turns:
        try:
            with spent_on("model"):
                completion = await model.generate(list(history), sampling)
        except QuestionRefusedError as error:
            failure = str(error)
            break
        turns += 1
        calls += 0 if completion.cached else 1 + completion.retries
        # no file can hold half a surrogate pair: what is graded now must be what a later run reads back
        said = completion.text.encode("utf-8", "replace").decode("utf-8")
        history.append(Message("assistant", said))
        input_tokens += completion.usage.input_tokens
        output_tokens += completion.usage.output_tokens
        reply = extract_reply(said)
        code, found_in = reply.code, reply.code_found_in
        flag = flag if reply.flag is None else reply.flag
        if code is None or check is None or turns == max_turns:
            break
        try:
            with spent_on("execution"):
                feedback = await check(code)
        except ExecutionError as error:
            failure = str(error)
            break
        checks.append(feedback is None)
        if feedback is None:
            break
        history.append(Message("user", feedback))
    usage = Usage(input_tokens, output_tokens)
    return Conversation(history, code, flag, turns, checks, usage, failure, found_in, calls)
