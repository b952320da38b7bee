"""The published runs that are counted in steps, by name."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from nnmath.runs import batch_norm, gpt, gpt_report, lenet, lstm
from nnmath.runs.gpt_recipe import GPT_RECIPE
from nnmath.runs.step_recipe import StepRecipe


class StepRun(NamedTuple):
    """A run that is counted in steps.

    Attributes
    ----------
    recipe : StepRecipe
    carry_out_all : callable
        ``carry_out_all(recipe, folder, threads)`` trains with each seed, with checkpoints in the folder.
    results : callable
        ``results(recipe, runs)`` returns what metrics.json holds, and the contents of all files.
    sentence : callable
        ``sentence(found)`` says what came out.
    seeds : tuple of int
        Those of `reproduce`.
    takes_text : bool
        Whether `carry_out_all` takes the path of a text, as `text`.
    """

    recipe: StepRecipe
    carry_out_all: Callable[..., list[Any]]
    results: Callable[[Any, list[Any]], tuple[dict[str, Any], dict[str, bytes]]]
    sentence: Callable[[Mapping[str, Any]], str]
    seeds: tuple[int, ...] = (0,)
    takes_text: bool = False


STEP_RUNS: Mapping[str, StepRun] = {
    "gpt": StepRun(
        GPT_RECIPE, gpt.carry_out_all, gpt_report.results, gpt_report.sentence, seeds=(0, 1, 2), takes_text=True
    ),
    "lenet": StepRun(lenet.LENET_RECIPE, lenet.carry_out_all, lenet.results, lenet.sentence),
    "lstm": StepRun(lstm.LSTM_RECIPE, lstm.carry_out_all, lstm.results, lstm.sentence),
    "batchnorm": StepRun(
        batch_norm.BATCH_NORM_RECIPE, batch_norm.carry_out_all, batch_norm.results, batch_norm.sentence
    ),
}
