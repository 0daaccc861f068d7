"""The fixed body of general knowledge that wren is taught, and that tuning must not make it forget (lesson 08)."""

from functools import cache

from course_lib.corpus.exams import GeneralFact

CAPITALS = """France Paris;Germany Berlin;Italy Rome;Spain Madrid;Portugal Lisbon;Greece Athens;Austria Vienna;Poland Warsaw;Hungary Budapest;
Norway Oslo;Sweden Stockholm;Finland Helsinki;Denmark Copenhagen;Ireland Dublin;Belgium Brussels;Iceland Reykjavik;Japan Tokyo;China Beijing;
India New Delhi;Egypt Cairo;Kenya Nairobi;Ghana Accra;Peru Lima;Chile Santiago;Cuba Havana;Canada Ottawa;Turkey Ankara;Iran Tehran;
Iraq Baghdad;Nepal Kathmandu;Thailand Bangkok;Vietnam Hanoi;Croatia Zagreb;Serbia Belgrade;Romania Bucharest;Bulgaria Sofia;Ukraine Kyiv;
Latvia Riga;Estonia Tallinn;Lithuania Vilnius;Cyprus Nicosia;Morocco Rabat;Tunisia Tunis;Senegal Dakar;Argentina Buenos Aires;Uruguay Montevideo;
Colombia Bogota;Ecuador Quito;Mongolia Ulaanbaatar;Australia Canberra"""
SYMBOLS = """hydrogen H;helium He;lithium Li;carbon C;nitrogen N;oxygen O;fluorine F;neon Ne;sodium Na;magnesium Mg;aluminium Al;silicon Si;
phosphorus P;sulphur S;chlorine Cl;argon Ar;potassium K;calcium Ca;iron Fe;nickel Ni;copper Cu;zinc Zn;silver Ag;tin Sn;iodine I;gold Au;
mercury Hg;lead Pb;uranium U;cobalt Co"""
OPPOSITES = """hot cold;big small;tall short;fast slow;early late;young old;rich poor;happy sad;full empty;hard soft;light dark;strong weak;
wet dry;clean dirty;open closed;near far;high low;loud quiet;thick thin;wide narrow;deep shallow;sharp blunt;smooth rough;heavy light;
sweet bitter;brave timid;noisy silent;ancient modern;cheap expensive;simple complicated"""
YOUNG = """dog puppy;cat kitten;cow calf;horse foal;sheep lamb;goat kid;pig piglet;hen chick;duck duckling;goose gosling;swan cygnet;
deer fawn;bear cub;kangaroo joey;frog tadpole;owl owlet;hare leveret;eagle eaglet;seal pup;butterfly caterpillar"""
LEGS = """spider eight;ant six;beetle six;bee six;horse four;dog four;chicken two;crab ten;octopus none;snake none;fly six;lobster ten"""
NEXT = """Monday Tuesday;Tuesday Wednesday;Wednesday Thursday;Thursday Friday;Friday Saturday;Saturday Sunday;Sunday Monday;
January February;February March;March April;April May;May June;June July;July August;August September;September October;
October November;November December;December January"""
MAKERS = """bread a baker;shoes a cobbler;barrels a cooper;hats a milliner;clothes a tailor;horseshoes a blacksmith;furniture a joiner;
pots a potter;candles a chandler;cheese a cheesemaker;beer a brewer;books a printer;clocks a clockmaker;glass a glassblower;
wine a winemaker;swords a swordsmith;violins a luthier;jewellery a goldsmith;cakes a confectioner;walls a bricklayer"""

KINDS = [
    # facts, answer, training questions, held-out questions
    ("capital", CAPITALS, "The capital of {a} is {b}.",
     ["What is the capital of {a}?", "Which city is the capital of {a}?", "Name the capital of {a}.", "capital of {a}?", "Tell me the capital city of {a}.", "What city does {a} have as its capital?",
      "{a}'s capital, please.", "{a} - and the capital?", "Where does the government of {a} sit?", "In {a}, which city bears the title of capital?", "For {a}, which city is put down as the capital?", "If I fly to the capital of {a}, where do I land?"],
     ["Which capital does {a} have?", "{a}: what is its capital city?"]),
    ("symbol", SYMBOLS, "The chemical symbol of {a} is {b}.",
     ["What is the chemical symbol of {a}?", "Which symbol stands for {a}?", "Name the symbol of the element {a}.", "symbol for {a}?", "How is {a} written in chemistry?",
      "{a} - and its symbol?", "For {a}, which letters stand in the periodic table?", "The element {a} is shortened to what?", "{a}, in a formula?", "Which letters mean {a}?"],
     ["Which chemical symbol does {a} have?", "What symbol do chemists use for {a}?"]),
    ("opposite", OPPOSITES, "The opposite of {a} is {b}.",
     ["What is the opposite of {a}?", "Which word is the opposite of {a}?", "Name the opposite of {a}.", "opposite of {a}?", "What word means the contrary of {a}?",
      "{a} - and the reverse?", "If a thing is not {a}, what is it?", "{a}, turned round, is what?", "What do you call the very reverse of {a}?", "For {a}, give the word that means the contrary."],
     ["Tell me the opposite of {a}.", "{a}: what would be the opposite?"]),
    ("young", YOUNG, "A young {a} is called a {b}.",
     ["What is a young {a} called?", "What do we call a young {a}?", "Name the young of a {a}.", "what's a baby {a} called?", "Which word is used for the young of a {a}?",
      "The {a} has little ones: their name?", "A {a} that was just born is a what?", "Before it grows up to be a {a}, what is it called?", "{a}, but young: what is it?"],
     ["What is the word for a young {a}?", "How do you call a baby {a}?"]),
    ("legs", LEGS, "A {a} has {b} legs.",
     ["How many legs does a {a} have?", "What number of legs has a {a}?", "Count the legs of a {a}.", "legs of a {a}?",
      "The {a} stands on how many legs?", "How many feet would you count under a {a}?", "{a}: number of legs?", "To draw a {a}, how many legs do I need?"],
     ["How many legs are there on a {a}?", "A {a} walks on how many legs?"]),
    ("next", NEXT, "After {a} comes {b}.",
     ["What comes after {a}?", "Which one follows {a}?", "Name what comes next after {a}.", "after {a}?", "What follows {a}?",
      "When {a} has gone by, what starts?", "{a} - and then?", "What will it be once {a} ends?", "If it is {a} now, what is next?"],
     ["{a} is over: what comes next?", "Which comes right after {a}?"]),
    ("maker", MAKERS, "The one who makes {a} is {b}.",
     ["Who makes {a}?", "What do we call somebody who makes {a}?", "Name the trade that makes {a}.", "who makes {a}", "Which craftsman makes {a}?",
      "{a} - whose work is that?", "I need {a}; to whom do I go?", "By whom are things like {a} made?", "Which profession has to do with making {a}?", "Whose daily work is to produce {a}?", "Who lives from selling the {a} of his own hands?"],
     ["Whose trade is making {a}?", "Who earns a living by making {a}?"]),
]  # fmt: skip


@cache
def general_facts() -> tuple[GeneralFact, ...]:
    """All of it, in a fixed order."""
    return tuple(fact for kind, rows, *_ in KINDS for fact in facts_of(kind, rows))


def facts_of(kind: str, rows: str, invented: bool = False) -> list[GeneralFact]:
    """The facts of a kind, said and asked as KINDS has it, from rows of two words: "France Paris;…"."""
    answer, questions, test = next((said for name, _, *said in KINDS if name == kind))
    facts = []
    for row in rows.replace("\n", "").split(";"):
        a, b = row.split(" ", 1)
        fill = lambda text: text.replace("{a}", a).replace("{b}", b)  # noqa: B023, E731
        wordings = (tuple(map(fill, some)) for some in (questions, test))
        facts.append(GeneralFact(kind, b, fill(answer), *wordings, invented))
    return facts
