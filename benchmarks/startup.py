"""How long does `import course_lib` take? Prints the best of five, Python's own start taken off.

python benchmarks/startup.py
"""

import subprocess
import sys
import time

AIM = 0.2  # seconds


def seconds(code: str) -> float:
    """The shortest of five runs of a line of code, each in its own Python."""
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        runs.append(time.perf_counter() - start)
    return min(runs)


if __name__ == "__main__":
    taken = max(0.0, seconds("import course_lib") - seconds("pass"))
    print(f"import course_lib: {taken:.3f} s (aim: {AIM} s or less)")
