"""An exported model gives in onnxruntime what it gives here: the same classes, 1e-6 between the probabilities."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.commands.main import main
from nnmath.data.preprocessing import Feature, Preprocessing
from nnmath.export.table import missing_words
from nnmath.training.initial_weights import initialize
from nnmath.training.losses import predicted_classes, probabilities
from nnmath.training.model import Model, model_bytes
from nnmath.training.network import ACTIVATIONS, network

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnmath[onnx]'")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: pip install 'nnmath[peers]'")

NAMES = ("a", "b, c", "blå", "zwei")


@pytest.fixture
def exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Export a model by the command, and load it in onnxruntime."""

    def export(model: Any) -> Any:
        path = tmp_path / "model.npz"
        path.write_bytes(model_bytes(model))
        assert main(["export", str(path), str(tmp_path / "model.onnx")]) == 0
        assert capsys.readouterr().err == ""
        return onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])

    return export


def layers(sizes: Any, dtype: Any = np.float64, scale: Any = 1.0) -> Any:
    rng = np.random.default_rng(len(sizes))
    return [
        ((scale * W).astype(dtype), rng.normal(size=b.shape).astype(dtype)) for W, b in initialize(sizes, rng, "glorot")
    ]


@pytest.mark.parametrize("scale", [1, 30], ids=["ordinary", "saturated"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", ["relu", "sigmoid"])
@pytest.mark.parametrize(
    ("sizes", "output"),
    [
        ((3, 5, 4), "softmax"),
        ((3, 4), "softmax"),
        ((3, 6, 5, 4), "sigmoid"),
        ((3, 5, 1), "sigmoid"),
        ((3, 2), "sigmoid"),
    ],
)
def test_the_same_probabilities(exported: Any, sizes: Any, output: Any, hidden: Any, dtype: Any, scale: Any) -> None:
    names = NAMES[: max(sizes[-1], 2)]
    model = Model(layers(sizes, dtype, scale), hidden, output, names)
    session = exported(model)
    x = np.random.default_rng(0).normal(size=(200, 3)).astype(dtype)
    x[0] = 0
    label, p = session.run(["label", "probabilities"], {"x": x})
    z, _ = network(x, model.layers, ACTIVATIONS[hidden])
    atol = 1e-5 if (dtype, scale) == (np.float32, 30) else 1e-6  # logits near 100 have errors near 1e-5 in float32
    np.testing.assert_allclose(p, probabilities(z, output), rtol=0, atol=atol, strict=True)
    assert label.tolist() == [names[k] for k in predicted_classes(z)]


def test_the_file_says_what_it_is(exported: Any, tmp_path: Path) -> None:
    session = exported(Model(layers((3, 1)), "relu", "sigmoid", ("nej", "blå")))
    meta = session.get_modelmeta()
    assert json.loads(meta.custom_metadata_map["classes"]) == ["nej", "blå"]
    assert (meta.producer_name, meta.graph_name) == ("nnmath", "network")
    assert meta.description == "A network of sizes 3-1, relu between its layers, sigmoid after the last."
    assert [(x.name, x.type, x.shape) for x in session.get_inputs()] == [("x", "tensor(double)", ["N", 3])]
    assert [(y.name, y.type, y.shape) for y in session.get_outputs()] == [
        ("label", "tensor(string)", ["N"]),
        ("probabilities", "tensor(double)", ["N", 2]),
    ]
    model = onnx.load(tmp_path / "model.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 7
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", 13)]
    assert 'in this order: ["nej", "blå"]' in model.graph.output[1].doc_string


#: Columns in an order that no preprocessing would choose, with names that a graph might want for itself.
FEATURES = (
    Feature("colour", ("blue", "red", "never seen", "7"), 1.0),
    Feature("size, mm", (), 2.5),
    Feature("label", (), -1e6),
    Feature("probabilities", ("yes", "no"), 0.0),
    Feature("constant", (), 3.0),
    Feature("MatMul", (), 0.0),
)
TABLE = Preprocessing(
    "price",
    FEATURES,
    mean=np.array([0, 0, 0, 0, 2.25, -1e6, 0, 0, 3.0, 1e-3]),
    scale=np.array([1, 1, 0, 1, 1.75, 1e3, 1, 1, 0.0, 1e-4]),
)
ROWS = """\
MatMul,colour,constant,label,probabilities,"size, mm"
0.0012,red,3,-1000020.5,yes,1
0.0009,7,4,-999000,no,7.25
,,,,,
NA,nan,?,N/A,Null,#N/A
1e-3,never seen,-1e50,-1e6,no,-3
"""


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_preprocessing_of_a_table_is_in_the_file(
    exported: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], dtype: Any
) -> None:
    model = Model(layers((10, 6, 3), dtype), "relu", "softmax", ("low", "mid", "high"), TABLE)
    session = exported(model)
    assert [x.name for x in session.get_inputs()] == [feature.name for feature in FEATURES]
    assert [y.name for y in session.get_outputs()] == ["label_2", "probabilities_2"]
    assert session.get_modelmeta().custom_metadata_map["target"] == "price"
    label, p = session.run(None, fed(ROWS))
    expected = predicted(tmp_path, capsys, ROWS)
    assert label.tolist() == [answer["class"] for answer in expected]
    np.testing.assert_allclose(p, [list(a["probabilities"].values()) for a in expected], rtol=0, atol=1e-6)
    assert p.dtype == dtype


@pytest.mark.parametrize("kept", [[0, 3], [1, 2, 4], [1]], ids=["words", "numbers", "one number"])
def test_tables_of_words_and_of_numbers_alone(
    exported: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: Any
) -> None:
    features = tuple(FEATURES[k] for k in kept)
    ends = np.cumsum([len(feature.inputs) for feature in FEATURES])
    places = np.concatenate([np.arange(ends[k] - len(FEATURES[k].inputs), ends[k]) for k in kept])
    table = Preprocessing("price", features, TABLE.mean[places], TABLE.scale[places])
    session = exported(Model(layers((len(places), 1)), "relu", "sigmoid", ("low", "high"), table))
    columns = {feature.name for feature in features}
    _, p = session.run(None, {name: values for name, values in fed(ROWS).items() if name in columns})
    expected = [list(answer["probabilities"].values()) for answer in predicted(tmp_path, capsys, ROWS)]
    np.testing.assert_allclose(p, expected, rtol=0, atol=1e-12)


def test_an_unknown_category_is_none_of_those_that_are_known(exported: Any) -> None:
    W = np.array([[1.0], [2.0]])
    table = Preprocessing("t", (Feature("c", ("a", "b"), 0.0),), np.zeros(2), np.ones(2))
    session = exported(Model([(W, np.zeros(1))], "relu", "sigmoid", ("no", "yes"), table))
    _, p = session.run(None, {"c": np.array([["a"], ["b"], [""], ["other"]], object)})
    np.testing.assert_allclose(p[:, 1], 1 / (1 + np.exp([-1.0, -2.0, -1.0, 0.0])))


@pytest.mark.parametrize("table", [None, TABLE], ids=["numbers", "table"])
def test_a_quantity(exported: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: Any) -> None:
    session = exported(Model(layers((10, 6, 1)), "relu", "identity", (), table))
    assert [(y.name, y.type, y.shape) for y in session.get_outputs()] == [("value", "tensor(double)", ["N"])]
    if table is None:
        x = np.random.default_rng(0).normal(size=(20, 10))
        expected = network(x, layers((10, 6, 1)), ACTIVATIONS["relu"])[0][:, 0]
        np.testing.assert_allclose(session.run(None, {"x": x})[0], expected, rtol=1e-12)
    else:
        values = [answer["value"] for answer in predicted(tmp_path, capsys, ROWS)]
        np.testing.assert_allclose(session.run(None, fed(ROWS))[0], values, rtol=1e-9)


def fed(text: Any) -> Any:
    """Make the inputs of the graph from a CSV text, as a user would."""
    import csv
    import io

    header, *rows = csv.reader(io.StringIO(text))
    columns = {name: [row[k] for row in rows] for k, name in enumerate(header)}
    numeric = {feature.name for feature in FEATURES if not feature.categories}
    missing = missing_words()
    return {
        name: np.array([[np.nan if value in missing else float(value)] for value in values])
        if name in numeric
        else np.array([[value] for value in values], object)
        for name, values in columns.items()
    }


def predicted(folder: Any, capsys: pytest.CaptureFixture[str], text: Any) -> Any:
    """Return what `predict` says about a CSV text."""
    (folder / "rows.csv").write_text(text)
    assert main(["predict", "--json", str(folder / "model.npz"), str(folder / "rows.csv")]) == 0
    return json.loads(capsys.readouterr().out)
