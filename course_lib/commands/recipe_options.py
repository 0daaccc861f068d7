"""A recipe's settings as options of a command."""

import argparse
from dataclasses import asdict, replace
from typing import TypeVar

Recipe = TypeVar("Recipe")


def add_settings(parser: argparse.ArgumentParser, recipe: Recipe) -> None:
    """One option a setting, with the recipe's own value as its default."""
    for name, value in asdict(recipe).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)


def with_settings(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """The recipe with what the options say."""
    return replace(recipe, **{name: getattr(options, name) for name in asdict(recipe)})
