"""Facts of the same kinds as general knowledge that are nobody's: no model can know them (claim C04).

Countries, elements, animals and goods are invented, and so is all that is said of them.
"""

from course_lib.corpus.exams import GeneralFact
from course_lib.world.reading.general_knowledge import facts_of

INVENTED = {
    "capital": """Velmora Ostrin;Tarsenia Quellock;Ulvaria Hadmar;Brastova Leminka;Ormelia Cavento;Drusland Hokstead;Kerovia Pelgrad;
Zantria Moressa;Ilmenia Tarrask;Quorland Bexmoor;Vardania Silmet;Gastorvia Prewick;Norvessa Aldrun;Pelluria Corwenna;Maldrovia Ystok;
Sevrania Untarra;Hestoria Dunvalk;Corvenia Lathmor;Ebrunia Kestavel;Yalmoria Rondaka;Fendoria Grimsted;Ascovia Belmaro;Lorgania Nivrek;Tuvenia Oskarra""",
    "symbol": """velmium Kt;ostrine Bz;quarnium Lw;haddium Py;ferrolite Gx;cavium Dn;brellium Oq;tarsine Wm;nidium Vr;pellonium Hz;
uldrium Jc;maristine Tq;corvium Zf;esterium Yk;lathium Nv;grondium Sx""",
    "young": """tarvel mipkin;brundle soffet;quorrel tinnock;dremlin pask;hobber wendle;silthorn crimple;marrock nubbin;yelver dotchet;
gromple fiskin;ospry-hare lunnet;vintle cuddock;throssen wefty""",
    "maker": """quillers a dunstler;vasps a ferrowright;tolberts a tolbrick;gandles a mossener;sprails a spradder;hoddles a cranner;
lismets a velter;brolks a brollard;orrels a pastorn;wickfolds a sarner;jettlings a loomster;culmers a drassman""",
}  # fmt: skip


def unknown_facts() -> tuple[GeneralFact, ...]:
    """All of them, in a fixed order."""
    return tuple(fact for kind, rows in INVENTED.items() for fact in facts_of(kind, rows, invented=True))
