"""Exercise 11.1: what a thousand answers cost, paid by the token."""

from course_lib.exercises.judging import exercise, like


def cost_per_thousand(
    prompt_tokens: float, completion_tokens: float, read_price: float, write_price: float
) -> float:
    """Dollars for a thousand answers of a host that is paid by the token.

    An answer reads prompt_tokens and writes completion_tokens, on average. The prices are dollars a million
    tokens, for a token read and for a token written.
    """
    answer = (prompt_tokens * read_price + completion_tokens * write_price) / 1e6
    return 1000 * answer


COST = exercise(
    "11.1",
    "What a thousand answers cost",
    cost_per_thousand,
    minutes=6,
    cases=((2000, 100, 0.15, 0.6), (40, 100, 0.3, 1.2), (500, 0, 0.4, 1.6), (0, 50, 0.4, 1.6)),
    mistakes=(
        like(lambda p, c, r, w: (p * r + c * w) / 1e6, "one-answer",
             "This is what *one* answer costs. A thousand were asked for."),
        like(lambda p, c, r, w: p * r + c * w, "price-a-thousand",
             "You take the prices for dollars a *thousand* tokens. They are dollars a million: 1,000 answers "
             "times the tokens, divided by 1,000,000."),
        like(lambda p, c, r, w: (p * w + c * r) / 1000, "prices-swapped",
             "The two prices are swapped: the prompt is read, the completion is written."),
        like(lambda p, c, r, w: p * r / 1000, "forgets-the-reply",
             "The tokens that are written are missing. Each costs several times what a token read does."),
        like(lambda p, c, r, w: (p + c) * r / 1000, "one-price",
             "You pay every token at the price of reading. What is written has a price of its own."),
        like(lambda p, c, r, w: (p + c) * (r + w) / 1000, "both-prices",
             "You pay every token twice, at both prices. A token is either read or written."),
    ),
    hints=(
        ("I do not know where the million goes", "Tokens times price, divided by 1,000,000: dollars."),
        ("My result is a thousand times too small", "That is one answer. Multiply by 1,000."),
    ),
    why="A prompt with passages reads many tokens, a tuned model's prompt few. But a token written costs "
        "about four times a token read, and a host may ask twice as much for either of a tuned model. Which "
        "way is cheaper cannot be guessed from the length of the prompt alone.",
)  # fmt: skip
