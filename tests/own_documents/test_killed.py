"""Killed at twenty random moments, the comparison goes on to the table that it would have had."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from course_lib.experiments.table import STAGES
from course_lib.own_documents import compare_folder

KILLS = 20
# One process imports what takes long and forks the comparisons; it runs no thread itself. The moment is one
# of the comparison's own time: the system ends it by a signal that Python never sees, as it would by SIGKILL.
KILLER = """
import os, random, shutil, signal, sys
import faiss, pandas, torch, transformers, sentence_transformers
from course_lib.own_documents import compare_folder
from course_lib.tuning import loop

docs, sheet, work, model, kills, longest, tune = sys.argv[1:8]
moments, killed, ended, trained = random.Random(0), 0, 0, 0
loop.SAVE_SECONDS = 0.0  # a checkpoint a step: more is in the middle of being written

def compared(moment):
    pid = os.fork()
    if pid == 0:
        signal.setitimer(signal.ITIMER_PROF, moment)
        compare_folder(docs, sheet, work=work, model=model, store="faiss", tune=bool(tune), say=str)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

while killed < int(kills) or (tune and not trained and killed < 3 * int(kills)):
    code = compared(moments.uniform(0.01, float(longest)))
    assert code in (0, -signal.SIGPROF), "a comparison failed"
    killed += code != 0
    there = {each.name.partition("-")[0] for each in os.scandir(work)} if os.path.isdir(work) else set()
    trained += code != 0 and "checkpoint" in there and "adapter" not in there
    if code == 0:  # it came to its end first: the next ones begin anew
        ended += 1
        os.unlink(os.path.join(work, "answers.jsonl"))
        for folder in os.scandir(work):
            if folder.name == "store" or folder.name.startswith("adapter-"):
                shutil.rmtree(folder)
assert compared(0) == 0
print(ended, trained)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="comparisons are forked")
@pytest.mark.parametrize(("tune", "longest"), [("", 1.2), ("tune", 5.0)])
def test_killed_at_random_it_goes_on_to_the_same_table(shop, sheet, babbler, tmp_path, tune, longest):
    settings = {"model": babbler, "store": "faiss", "tune": bool(tune), "say": str}
    whole = compare_folder(shop, sheet, work=tmp_path / "whole", **settings)
    work = tmp_path / "killed"
    told = [shop, sheet, work, babbler, KILLS, longest, tune]
    command = [sys.executable, "-c", KILLER, *map(str, told)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert not tune or int(done.stdout.split()[-1]) > 0, "no kill fell into the training"
    kept = pd.read_csv(work / "answers.csv", keep_default_na=False).drop(columns=list(STAGES))
    expected = pd.read_csv(whole.answers, keep_default_na=False).drop(columns=list(STAGES))
    pd.testing.assert_frame_equal(kept, expected)
    assert (work / "report.html").is_file()
