"""Ways of asking a small model: each in its turn, no two prompts of a run the same, most with a beginning that is known."""

from __future__ import annotations

from apprentice.graph import small_model
from apprentice.graph.ground_truth import ground_truth
from apprentice.graph.state import SkillState, Spec
from apprentice.models.base import CallOptions, Message

GOAL = "Write a function double(x: int) -> int that returns twice a number. double(4) == 8"
SPEC = Spec(function="double", signature="double(x: int) -> int")


def question(iteration: int) -> tuple[list[Message], CallOptions]:
    state = SkillState(run_id="r", goal=GOAL, skill="double", iteration=iteration)
    state = state.model_copy(update={"given": ground_truth(GOAL)})
    return small_model.code_question(state, SPEC, prefills=True)


def laid_out(iteration: int) -> str:
    """The prompt as it is laid out for the model, the answer's beginning included."""
    messages, options = question(iteration)
    return "".join(f"<{role}>{text}</{role}>" for role, text in messages) + f"<assistant>{options.prefill}"


def alike(one: str, other: str) -> int:
    """Characters that two prompts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def test_every_answer_of_two_rounds_is_asked_for_in_another_way() -> None:
    """Another prompt, or another temperature."""
    asked = [
        (laid_out(turn), question(turn)[1].temperature) for turn in range(1, 1 + 2 * len(small_model.WAYS))
    ]
    assert len(set(asked)) == len(asked)
    assert all("wice a number" in prompt.rpartition("<user>")[2] for prompt, _ in asked)


def test_begun_answers_hold_the_signature_and_do_not_end_in_white_space() -> None:
    """Behind white space, small models stop at once."""
    for turn in range(1, 1 + len(small_model.WAYS)):
        prefill = question(turn)[1].prefill
        assert prefill == prefill.rstrip()
        assert not prefill or "def double(x: int) -> int:" in prefill


def test_most_of_the_prompts_of_the_iterations_two_to_twelve_was_read_before() -> None:
    """The engine keeps the prompts of a run: what a prompt shares with an earlier one isn't computed again."""
    prompts = [laid_out(turn) for turn in range(1, 13)]
    shared = sum(
        max(alike(prompt, earlier) for earlier in prompts[:turn])
        for turn, prompt in enumerate(prompts)
        if turn
    )
    assert shared >= 0.7 * sum(map(len, prompts[1:]))
