"""`nnmath completion SHELL`: a script that completes commands, flags and their choices."""

import argparse
from collections.abc import Callable
from typing import Any

from nnmath.commands.parser import examples

DESCRIPTION = """\
Print a script for a shell, which completes commands, flags, the names of
published runs and of what check knows, and the choices of a flag when you press
the tab key."""

#: What stands before the words, by shell: zsh reads the script of bash.
ZSH = "autoload -U +X bashcompinit && bashcompinit\n"

BASH = """\
_nnmath() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${COMP_WORDS[i]}" in
%(paths)s
    esac
  done
  local words=
  case "$path $before" in
%(choices)s
    *) case "$path" in
%(words)s
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -o bashdefault -F _nnmath nnmath
"""


def add_completion(commands: Any, parser: Callable[[str], argparse.ArgumentParser]) -> None:
    """Add the command; `parser` builds the whole command line, with the settings of one command in full."""
    completion = commands.add_parser(
        "completion",
        help="a script that completes commands and flags in your shell",
        description=DESCRIPTION,
        epilog=examples(
            [
                "completion bash >> ~/.bashrc",
                "completion zsh >> ~/.zshrc",
                "completion fish > ~/.config/fish/completions/nnmath.fish",
            ]
        ),
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")
    completion.set_defaults(run=lambda options: print_script(options.shell, parser("train")))


def print_script(shell: str, parser: argparse.ArgumentParser) -> None:
    """Print the script."""
    from nnmath.suite.catalogue import catalogue

    tree = dict(tree_of(parser, ()))
    tree["check",][0].extend(catalogue())
    if shell == "fish":
        print(fish(tree), end="")
    else:
        print((ZSH if shell == "zsh" else "") + bash(tree), end="")


#: The words that may follow some commands: the further commands, and each flag with its choices.
Tree = dict[tuple[str, ...], tuple[list[str], dict[str, list[str]]]]


def tree_of(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> Any:
    """Yield what may follow a path of commands, for this one and all below it."""
    below: list[str] = []
    flags: dict[str, list[str]] = {}
    deeper = []
    for action in parser._actions:
        choices = [str(choice) for choice in action.choices or ()]
        if isinstance(action, argparse._SubParsersAction):
            below += choices
            deeper += [tree_of(parser, (*path, name)) for name, parser in action.choices.items()]
        elif action.option_strings:
            flags[action.option_strings[-1]] = choices
        else:
            below += choices
    yield path, (below, flags)
    for tree in deeper:
        yield from tree


def bash(tree: Tree) -> str:
    """Return the script for bash."""
    paths, choices, words = [], [], []
    for path, (below, flags) in tree.items():
        here = "".join(f" {name}" for name in path)
        if path:
            paths.append(f'      "{here}") path="{here}" ;;')
        choices += [f'    "{here} {flag}") words="{" ".join(few)}" ;;' for flag, few in flags.items() if few]
        words.append(f'      "{here}") words="{" ".join([*below, *flags])}" ;;')
    return BASH % {"paths": "\n".join(paths), "choices": "\n".join(choices), "words": "\n".join(words)}


def fish(tree: Tree) -> str:
    """Return the script for fish."""
    lines = []
    for path, (below, flags) in tree.items():
        when = " and ".join(f"__fish_seen_subcommand_from {name}" for name in path) or "__fish_use_subcommand"
        if below:
            others = f"; and not __fish_seen_subcommand_from {' '.join(below)}" if path else ""
            lines.append(f"complete -c nnmath -n '{when.replace(' and ', '; and ')}{others}' -a '{' '.join(below)}'")
        for flag, few in flags.items():
            taken = f" -x -a '{' '.join(few)}'" if few else ""
            lines.append(
                f"complete -c nnmath -n '{when.replace(' and ', '; and ')}' -l {flag.removeprefix('--')}{taken}"
            )
    return "\n".join(lines) + "\n"
