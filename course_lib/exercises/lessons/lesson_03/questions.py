"""Lesson 03: what to predict, and the quiz."""

from course_lib.exercises.outcomes import Prediction, QuizQuestion

PREDICTIONS = (
    Prediction(
        "3.p1",
        "An inverted file reads 1 of 32 lists. What share of the ten true neighbours does it still find?",
        "Far more than 1/32, for the lists are not drawn by chance: the nearest centroid's list is where "
        "neighbours live. Far less than all, for in many dimensions most points lie near some border, and "
        "their neighbours across it.",
    ),
    Prediction(
        "3.p2",
        "Product quantisation keeps 48 bytes of a vector's 1,536. How many of the ten true neighbours are "
        "lost?",
        "The codes blur each vector, so vectors that are almost equally near change places. Clear winners "
        "survive, close races do not, and the tenth neighbour is nearly always a close race.",
    ),
)

QUIZ = (
    QuizQuestion(
        "You raise nprobe from 1 to 8. What happens?",
        (
            "Recall rises, and so does the time of a search.",
            "Recall rises, and the index grows.",
            "The search gets faster, and recall falls.",
        ),
        "A",
        "More lists are read, so fewer neighbours are missed and more vectors are compared. The index is the "
        "same: nprobe is chosen at search time.",
    ),
    QuizQuestion(
        "Which index must be trained on vectors before any can be added?",
        ("Flat", "HNSW", "An inverted file with product quantisation"),
        "C",
        "Its centroids and codebooks are learned from a sample. Flat only stores, and HNSW builds its graph "
        "as vectors are added.",
    ),
    QuizQuestion(
        "The knowledge base has 800 chunks. Which index do you take?",
        (
            "HNSW, because it is the fastest on a million vectors.",
            "Flat: it is exact, and 800 comparisons take less time than embedding the query.",
            "Product quantisation, because it needs the least memory.",
        ),
        "B",
        "An approximate search pays where the exact one is too slow or too large. 800 vectors of 384 numbers "
        "are 1.2 MB, and nothing is lost.",
    ),
    QuizQuestion(
        "Two years on, the documents deal with new products, but the centroids are still the old ones. What "
        "do you see?",
        (
            "An error when vectors are added.",
            "Crowded lists here, empty ones there: slower searches and lower recall, silently.",
            "Nothing: centroids do not depend on the data.",
        ),
        "B",
        "New vectors go to the nearest old centroid, however far. Nothing fails, so recall against an exact "
        "search must be measured from time to time.",
    ),
)
