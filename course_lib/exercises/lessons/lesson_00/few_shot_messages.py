"""Exercise 0.1: the chat messages of a few-shot prompt."""

from collections.abc import Sequence

from course_lib.exercises.judging import exercise, like, when


def few_shot_messages(instruction: str, examples: list[tuple[str, str]], question: str) -> list[dict]:
    """The chat messages of a few-shot prompt, each a dict with the keys "role" and "content".

    First the instruction (role "system"), then every example as two messages, its question (role "user") and
    its answer (role "assistant"), and last the new question (role "user"). An example is a pair of strings.
    """
    messages = [{"role": "system", "content": instruction}]
    for example_question, example_answer in examples:
        messages.append({"role": "user", "content": example_question})
        messages.append({"role": "assistant", "content": example_answer})
    return [*messages, {"role": "user", "content": question}]


def _turns(roles: Sequence[str], texts: Sequence[str]) -> list[dict]:
    return [{"role": role, "content": text} for role, text in zip(roles, texts, strict=True)]


def _shots(examples: list[tuple[str, str]], roles: Sequence[str] = ("user", "assistant")) -> list[dict]:
    return [turn for pair in examples for turn in _turns(roles, pair)]


def _with_roles(*roles: str):
    return lambda i, e, q: [*_turns(["system"], [i]), *_shots(e, roles), *_turns(["user"], [q])]


FEW_SHOT = exercise(
    "0.1",
    "A few-shot prompt",
    few_shot_messages,
    minutes=8,
    cases=(
        ("Be brief.", [("How many legs has an ant?", "Six."), ("And a spider?", "Eight.")], "And a crab?"),
        ("Answer in one sentence.", [("What is 2 + 2?", "It is 4.")], "What is 3 + 3?"),
        ("Be brief.", [], "How heavy is the kettle?"),
    ),
    mistakes=(
        when(lambda run: isinstance(run.returned, str), "one-string",
             "You return one long string. A chat model takes a list of messages; its template makes the "
             "string."),
        when(lambda run: not isinstance(run.returned[0], dict), "not-dicts",
             'Each message must be a dict with two keys: `{"role": "user", "content": "…"}`.'),
        when(lambda run: run.returned[0]["role"] != "system", "no-system",
             "The list must begin with the instruction, as a message whose role is `system`."),
        like(lambda i, e, q: few_shot_messages(i, e, q)[:-1], "no-question",
             "The new question is missing. Without it the model has nothing to reply to."),
        like(lambda i, e, q: [*_turns(["system", "user"], [i, q]), *_shots(e)], "question-first",
             "The new question comes before the examples. The model replies to what stands last."),
        like(_with_roles("assistant", "user"), "roles-swapped",
             "The roles of the examples are swapped: the question is the user's, the answer the "
             "assistant's."),
        like(_with_roles("user", "user"), "answers-by-user",
             "The example answers have the role `user`. The model goes on as the `assistant` did before, so "
             "the answers must be the assistant's."),
        when(lambda run: run.args[1] and len(run.returned) == len(run.args[1]) + 2, "one-message-an-example",
             "Each example is one message here. Make it two: the user's question, the assistant's answer."),
        when(lambda run: run.returned[-1]["role"] == "assistant", "ends-with-assistant",
             "The list ends with the assistant. The last word must be the user's: the reply is what the "
             "model adds."),
    ),
    hints=(
        ("I do not know where to begin",
         "Begin with a list that holds the system message; append to it in a loop."),
        ("My examples come out as one message each",
         "Unpack the pair (`for example_question, example_answer in examples:`) and append twice."),
        ("The model goes on from an example",
         "Append the new question after the loop, so that it stands last."),
    ),
    why="To the model an example is a piece of conversation that already happened. It sees a user ask and an "
        "assistant reply in a certain form, and goes on in that form. Nothing is learned: the next prompt "
        "starts from nothing again.",
)
