"""Exercise 7.5: the house style, decided by rules and never by eye."""

import json
import re

from course_lib.exercises.judging import exercise, misses, when


def complies(text: str) -> bool:
    """Whether a reply keeps the house style; for anything else False, never an exception.

    The reply is one JSON object and nothing else, its keys are answer, source, status in this order, and
    either
    - status is "answered", answer is one sentence that begins with "Gladly: " and ends with a full stop,
      with no "!" and no second sentence ("." or "?" before a blank), and source is an id like "PR-201" (two
      capitals, a dash, three digits); or
    - status is "not_found", answer is exactly "Sorry: our documents do not say.", and source is null.
    """
    try:
        reply = json.loads(text)
    except json.JSONDecodeError:
        return False
    if not isinstance(reply, dict) or list(reply) != ["answer", "source", "status"]:
        return False
    answer, source, status = reply.values()
    if status == "not_found":
        return answer == "Sorry: our documents do not say." and source is None
    if status != "answered" or not isinstance(answer, str) or not isinstance(source, str):
        return False
    one_sentence = answer.endswith(".") and "!" not in answer and not re.search(r"[.?] ", answer)
    has_source = re.fullmatch(r"[A-Z]{2}-\d{3}", source) is not None
    return answer.startswith("Gladly: ") and one_sentence and has_source


def _reply(answer: str, source: str | None, status: str) -> str:
    return json.dumps({"answer": answer, "source": source, "status": status}, ensure_ascii=False)


_GOOD = _reply("Gladly: the Harbour Kettle costs 12.50 EUR.", "PR-201", "answered")
_SORRY = _reply("Sorry: our documents do not say.", None, "not_found")
_PLAIN = "The Harbour Kettle weighs 412 g [1]."
_NUMBER = "412"
_AROUND = f"Here you are: {_GOOD}"
_ORDER = '{"source": "PR-201", "answer": "Gladly: it weighs 412 g.", "status": "answered"}'
_NO_GLADLY = _reply("The kettle weighs 412 g.", "PR-201", "answered")
_TWO = _reply("Gladly: it weighs 412 g. It is red.", "PR-201", "answered")
_LOUD = _reply("Gladly: it weighs 412 g!", "PR-201", "answered")
_NO_STOP = _reply("Gladly: it weighs 412 g", "PR-201", "answered")
_NO_SOURCE = _reply("Gladly: it weighs 412 g.", None, "answered")
_ODD_SOURCE = _reply("Gladly: it weighs 412 g.", "document PR-201", "answered")
_SORRY_SOURCE = _reply("Sorry: our documents do not say.", "PR-201", "not_found")
_SORRY_WORDS = _reply("Sorry: I do not know.", None, "not_found")
_STATUS = _reply("Gladly: it weighs 412 g.", "PR-201", "done")
_ASKING = _reply("Gladly: you ask its weight? It weighs 412 g.", "PR-201", "answered")
_NO_TEXT = '{"answer": 412, "source": "PR-201", "status": "answered"}'

COMPLIES = exercise(
    "7.5",
    "Does a reply keep the house style?",
    complies,
    minutes=20,
    weight="stretch",
    imports="import json\nimport re",
    cases=tuple(
        (text,)
        for text in (
            _GOOD, _SORRY, _PLAIN, _NUMBER, _AROUND, _ORDER, _NO_GLADLY, _TWO, _LOUD, _NO_STOP, _NO_SOURCE,
            _ODD_SOURCE, _SORRY_SOURCE, _SORRY_WORDS, _STATUS, _ASKING, _NO_TEXT,
        )
    ),
    mistakes=(
        when(lambda run: run.args == (_PLAIN,) and run.call.error is not None, "text-raises",
             "Plain text makes `json.loads` raise. Catch `json.JSONDecodeError` and return False."),
        when(lambda run: run.args == (_NUMBER,) and run.call.error is not None, "no-object-raises",
             "`412` is valid JSON, but no object: `json.loads` gives a number. Ask `isinstance(reply, "
             "dict)`."),
        misses((_GOOD,), "too-strict",
               "This reply keeps every rule. The point within 12.50 ends no sentence: a blank does not "
               "follow."),
        misses((_SORRY,), "no-not-found", "The second form, with the status not_found, is right as well."),
        misses((_AROUND,), "text-around",
               "Words stand around the object. A program that reads the reply would stumble: nothing else "
               "may be there."),
        misses((_ORDER,), "any-order",
               "The keys come in another order. `list(reply)` keeps the order they came in."),
        misses((_NO_GLADLY,), "no-gladly", 'An answer begins with "Gladly: ".'),
        misses((_TWO,), "two-sentences",
               "These are two sentences. A full stop with a blank behind it may not occur."),
        misses((_LOUD,), "loud", "The house does not shout: no exclamation mark."),
        misses((_NO_STOP,), "no-full-stop", "The sentence has no full stop at its end."),
        misses((_NO_SOURCE,), "answer-without-source",
               "An answer without a source cannot be checked by its reader."),
        misses((_ODD_SOURCE,), "source-is-no-id",
               "The whole source must be an id: `re.fullmatch`, not `re.search`."),
        misses((_SORRY_SOURCE,), "sorry-with-source",
               "Where nothing was found there is no source: it must be null."),
        misses((_SORRY_WORDS,), "other-sorry", "The apology has one wording: compare the whole sentence."),
        misses((_STATUS,), "other-status", "There are two statuses only, answered and not_found."),
        misses((_ASKING,), "question-first",
               "These are two sentences: the first ends with a question mark. `?` with a blank behind it "
               "parts them as a full stop does."),
        misses((_NO_TEXT,), "answer-is-no-text",
               "This answer is a number, and a number does not begin or end with anything. Ask "
               "`isinstance(answer, str)` first: the result is False, never an exception."),
    ),
    hints=(
        ("It raises on plain text", "Put `json.loads` after `try:`; return False on `json.JSONDecodeError`."),
        ("A number passes for an object",
         "`isinstance(reply, dict)`; then compare `list(reply)` with the three keys."),
        ("12.50 EUR counts as two sentences",
         r'Look for a stop with a blank after it: `re.search(r"[.?] ", answer)`.'),
    ),
    why="Form can be decided by rules that everyone can read, so it needs no judge and no eye. Whether the "
        "*fact* in the answer is right is another question with another score; lesson 09 keeps the two "
        "apart.",
)
