"""The graph of LangGraph's code-assistant tutorial (generate, check, reflect); run inside its own environment.

As in the tutorial: the model answers with a description, the imports and the code; the check runs the imports, then
the whole; after a failure the model reflects, and generates again with all that was said; three times at most. In place
of the tutorial's `exec` the check runs in a process of its own, so that code that never ends fails it. `fenced` asks
for Markdown in place of the tutorial's JSON.
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, TypedDict

from benchmarks.peers.extraction import answer_of, code_in
from benchmarks.peers.runner_io import Setup, error_of, failing, serve
from benchmarks.peers.tasks import Ended, PeerTask

MAX_ITERATIONS = 3

SYSTEM = """You are a coding assistant with expertise in Python.
Answer the user question. Ensure any code you provide can be executed with all required imports and variables defined.
Structure your answer with a description of the code solution. Then list the imports. And finally list the functioning
code block. Here is the user question:"""
SYSTEM_FENCED = """You are a coding assistant with expertise in Python.
Answer the user question. Ensure any code you provide can be executed with all required imports and variables defined.
Structure your answer with a short description of the code solution. Then give one Python code block, which begins with
the imports. Here is the user question:"""
SCHEMA = {
    "title": "code",
    "description": "Schema for code solutions to questions about Python.",
    "type": "object",
    "properties": {
        "prefix": {"type": "string", "description": "Description of the problem and approach"},
        "imports": {"type": "string", "description": "Code block import statements"},
        "code": {"type": "string", "description": "Code block not including import statements"},
    },
    "required": ["prefix", "imports", "code"],
    "additionalProperties": False,
}
AGAIN = "Now, try again. Structure the output with a prefix, imports, and code block:"
AGAIN_FENCED = "Now, try again. Structure the output with a prefix and a code block:"


class State(TypedDict):
    """The tutorial's state."""

    error: str
    messages: Annotated[list[tuple[str, str]], operator.add]
    imports: str
    code: str
    iterations: int


def solve(task: PeerTask, setup: Setup) -> Ended:
    """Run the graph; where it is cut short, the last code that it generated is what it ended with."""
    from langchain_openai import ChatOpenAI  # type: ignore[import-not-found,unused-ignore]
    from langgraph.graph import END, START, StateGraph

    model: Any = ChatOpenAI(
        model=setup.model,
        base_url=f"{setup.endpoint}/v1",
        api_key="none",
        temperature=setup.temperature or 0,
        max_retries=0,
        timeout=900.0,
        default_headers={"X-Task": task.id},
    )
    chain: Any = model.with_structured_output(SCHEMA, method="json_schema", include_raw=True)
    last = {"imports": "", "code": ""}

    def ask(messages: list[tuple[str, str]]) -> dict[str, str]:
        if setup.fenced:
            reply = str(model.invoke([("system", SYSTEM_FENCED), *messages]).content)
            return {**_parts(reply), "said": reply}
        answer = chain.invoke([("system", SYSTEM), *messages])
        parsed = answer["parsed"]
        if not isinstance(parsed, dict):
            # A model whose server holds it to no schema: what it wrote still counts.
            parsed = _parts(str(answer["raw"].content))
        solution = {name: str(parsed.get(name, "")) for name in ("prefix", "imports", "code")}
        said = f"{solution['prefix']} \n Imports: {solution['imports']} \n Code: {solution['code']}"
        return {**solution, "said": said}

    def generate(state: State) -> dict[str, Any]:
        again = AGAIN_FENCED if setup.fenced else AGAIN
        asked = [("user", again)] if state["error"] == "yes" else []
        solution = ask([*state["messages"], *asked])
        last.update(imports=solution["imports"], code=solution["code"])
        return {
            "imports": solution["imports"],
            "code": solution["code"],
            "messages": [*asked, ("assistant", solution["said"])],
            "iterations": state["iterations"] + 1,
        }

    def check_code(state: State) -> dict[str, Any]:
        imports, code = _clean(state["imports"]), _clean(state["code"])
        if error := error_of(imports):
            return {"error": "yes", "messages": [("user", f"Your solution failed the import test: {error}")]}
        examples = task.examples if setup.checked else ()
        if error := error_of(failing(f"{imports}\n{code}", examples)):
            text = f"Your solution failed the code execution test: {error}"
            return {"error": "yes", "messages": [("user", text)]}
        return {"error": "no", "messages": []}

    def reflect(state: State) -> dict[str, Any]:
        reflections = ask(state["messages"])["said"]
        return {"messages": [("assistant", f"Here are reflections on the error: {reflections}")]}

    def decide(state: State) -> Literal["end", "reflect"]:
        return "end" if state["error"] == "no" or state["iterations"] == MAX_ITERATIONS else "reflect"

    graph: Any = StateGraph(State)
    graph.add_node("generate", generate)
    graph.add_node("check_code", check_code)
    graph.add_node("reflect", reflect)
    graph.add_edge(START, "generate")
    graph.add_edge("generate", "check_code")
    graph.add_conditional_edges("check_code", decide, {"end": END, "reflect": "reflect"})
    graph.add_edge("reflect", "generate")
    start: State = {
        "error": "",
        "messages": [("user", task.prompt)],
        "imports": "",
        "code": "",
        "iterations": 0,
    }
    reason, done = "", False
    try:
        final = graph.compile().invoke(start)
        done = final["error"] == "no"
        reason = "" if done else f"{MAX_ITERATIONS} iterations"
    except Exception as error:  # noqa: BLE001  # a refused call is how a budget ends
        reason = f"{type(error).__name__}: {error}"
    code = answer_of(f"{_clean(last['imports'])}\n{_clean(last['code'])}", task.function)
    return Ended(code, "done" if done else "gave up", reason)


def _parts(reply: str) -> dict[str, str]:
    """A reply in Markdown, in the tutorial's parts."""
    lines = code_in(reply).splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    return {"prefix": "", "imports": "\n".join(imports), "code": "\n".join(lines)}


def _clean(text: str) -> str:
    """Without the fences that models put around code even inside of JSON."""
    return code_in(text) if "```" in text else text


if __name__ == "__main__":
    serve(solve, ("langgraph", "langchain-openai"))
