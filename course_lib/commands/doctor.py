"""`python -m course_lib doctor`: it runs on a bare Python, to say what is missing there."""

import argparse

from course_lib.errors import CourseError


def add(parser: argparse.ArgumentParser) -> None:
    """One option: fetch the laptop's language model instead of looking at the machine."""
    parser.add_argument("--fetch", action="store_true", help="bring the laptop's language model")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report, or fetch; 0 if all is well, else 1."""
    from course_lib import doctor

    if options.fetch:
        try:
            doctor.fetch()
        except CourseError as error:
            print(f"{error}\nUntil then the lessons run in the profile tiny.")
            return 1
        return 0
    findings = doctor.examine()
    print(doctor.report(findings))
    return int(any(finding.advice for finding in findings))
