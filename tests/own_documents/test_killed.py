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

docs, sheet, work, model, kills = sys.argv[1:6]
moments, killed, ended = random.Random(0), 0, 0

def compared(moment):
    pid = os.fork()
    if pid == 0:
        signal.setitimer(signal.ITIMER_PROF, moment)
        compare_folder(docs, sheet, work=work, model=model, store="faiss", say=str)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

while killed < int(kills):
    code = compared(moments.uniform(0.01, 1.2))
    assert code in (0, -signal.SIGPROF), "a comparison failed"
    killed += code != 0
    if code == 0:  # it came to its end first: the next ones begin anew
        ended += 1
        os.unlink(os.path.join(work, "answers.jsonl"))
        shutil.rmtree(os.path.join(work, "store"))
assert compared(0) == 0
print(ended)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="comparisons are forked")
def test_killed_at_random_it_goes_on_to_the_same_table(shop, sheet, babbler, tmp_path):
    whole = compare_folder(shop, sheet, work=tmp_path / "whole", model=babbler, store="faiss", say=str)
    work = tmp_path / "killed"
    command = [sys.executable, "-c", KILLER, str(shop), str(sheet), str(work), babbler, str(KILLS)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    kept = pd.read_csv(work / "answers.csv", keep_default_na=False).drop(columns=list(STAGES))
    expected = pd.read_csv(whole.answers, keep_default_na=False).drop(columns=list(STAGES))
    pd.testing.assert_frame_equal(kept, expected)
    assert (work / "report.html").is_file()
