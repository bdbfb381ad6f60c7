"""smolagents' CodeAgent on one task after the other; run inside its own environment."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.extraction import answer_of, code_in, module_of
from benchmarks.peers.runner_io import Setup, error_of, failing, serve
from benchmarks.peers.tasks import Ended, PeerTask

#: of the standard library, besides those that the agent may use anyway
IMPORTS = (
    "abc base64 binascii bisect calendar collections.abc copy csv dataclasses decimal difflib enum fractions functools "
    "hashlib heapq html io json numbers operator string textwrap typing urllib.parse uuid zlib"
).split()
EXECUTION_SECONDS = 10

PROMPT = """{prompt}

The final answer is the Python source code of the function `{function}` as one string, with the imports that it needs:
call final_answer with it, such as
final_answer('''def {function}(...):
    ...
''')"""


def solve(task: PeerTask, setup: Setup) -> Ended:
    """Run a new agent; where it is cut short, its last code that defines the function is what it ended with."""
    from smolagents import CodeAgent, LocalPythonExecutor, OpenAIModel  # type: ignore[import-not-found,unused-ignore]
    from smolagents.monitoring import LogLevel  # type: ignore[import-not-found,unused-ignore]

    options: dict[str, Any] = {} if setup.temperature is None else {"temperature": setup.temperature}
    model = OpenAIModel(
        model_id=setup.model,
        api_base=f"{setup.endpoint}/v1",
        api_key="none",
        client_kwargs={"max_retries": 0, "timeout": 900.0, "default_headers": {"X-Task": task.id}},
        flatten_messages_as_text=True,
        retry=False,
        **options,
    )

    ran: list[str] = []

    class Executor(LocalPythonExecutor):  # type: ignore[misc,unused-ignore]
        def __call__(self, code_action: str) -> Any:
            # The step that gives the final answer isn't in the memory yet when the answer is checked.
            ran.append(code_action)
            return super().__call__(code_action)

    def holds(answer: Any, memory: Any, agent: Any = None) -> bool:
        code = _code(answer, ran, task.function)
        if error := error_of(failing(code, task.examples)):
            raise ValueError(error)
        return True

    agent = CodeAgent(
        tools=[],
        model=model,
        additional_authorized_imports=IMPORTS,
        executor=Executor(IMPORTS, timeout_seconds=EXECUTION_SECONDS),
        code_block_tags="markdown" if setup.fenced else None,
        final_answer_checks=[holds] if setup.checked and task.examples else None,
        verbosity_level=LogLevel.ERROR,
        return_full_result=True,
    )
    answer: Any = None
    reason = ""
    done = False
    try:
        result = agent.run(PROMPT.format(prompt=task.prompt, function=task.function))
        answer, done = result.output, result.state == "success"
        reason = "" if done else str(result.state)
    except Exception as error:  # noqa: BLE001  # a refused call is how a budget ends
        reason = f"{type(error).__name__}: {error}"
    code = _code(answer, _actions(agent.memory.steps), task.function)
    return Ended(code, "done" if done else "gave up", reason)


def _actions(steps: list[Any]) -> list[str]:
    """The code of all steps; of a step whose code wasn't found by the agent, what looks like code in its text."""
    pieces: list[str] = []
    for step in steps:
        code = getattr(step, "code_action", None)
        text = getattr(step, "model_output", None)
        if code:
            pieces.append(code)
        elif isinstance(text, str):
            pieces.append(code_in(text))
    return pieces


def _code(answer: Any, actions: list[str], function: str) -> str:
    """The final answer where it is code that defines the function, else the last action that does."""
    if isinstance(answer, str) and (code := answer_of(answer, function)):
        return code
    return module_of(actions, function)


if __name__ == "__main__":
    serve(solve, ("smolagents", "openai"))
