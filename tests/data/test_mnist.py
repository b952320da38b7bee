"""MNIST: where it is looked for, what is refused, and, where it is, that it is the real one."""

import gzip
import hashlib
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.data import mnist as module
from nnmath.data.download import DownloadError
from nnmath.data.idx import IDXError
from nnmath.data.mnist import FILES, cache_folder, mnist, mnist_file

TRAIN, TRAIN_LABELS, TEST, TEST_LABELS = FILES
RNG = np.random.default_rng(0)


def idx(array: Any) -> Any:
    return (
        bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes()
    )


def write(folder: Any, images: Any = 12, labels: Any = None, pixels: Any = None) -> None:
    """Write a small set of the form of MNIST: the first pixel of an image is its number."""
    folder.mkdir(exist_ok=True)
    for name, count in ((TRAIN, images), (TEST, 4)):
        array = np.zeros((count, 28, 28)) if pixels is None else pixels
        array[:, 0, 0] = np.arange(len(array))
        (folder / name).write_bytes(idx(array))
    for name, count in ((TRAIN_LABELS, images), (TEST_LABELS, 4)):
        (folder / f"{name}.gz").write_bytes(gzip.compress(idx(np.arange(count) % 10 if labels is None else labels)))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """$NNMATH_DATA and the cache folder, of which no download is tried."""
    monkeypatch.setenv("NNMATH_DATA", str(tmp_path / "named"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))

    def offline(*_: Any) -> None:
        raise DownloadError("no network")

    monkeypatch.setattr("nnmath.data.download.download", offline)
    return tmp_path / "named", tmp_path / "cache" / "nnmath"


def test_rows_of_numbers_from_0_to_1(folders: Any) -> None:
    write(folders[0])
    data = mnist(RNG)
    assert data.x.dtype == np.float32
    assert (data.x.shape, data.x_test.shape) == ((12, 784), (4, 784))
    np.testing.assert_array_equal(data.x[:, 0], np.arange(12, dtype=np.float32) / 255)
    np.testing.assert_array_equal(data.labels, np.arange(12) % 10)
    assert data.classes == tuple("0123456789")


def test_some_of_the_images_and_the_last_ones_to_choose_settings_on(
    folders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folders[0])
    monkeypatch.setattr(module, "HELD_BACK", 5)
    assert len(mnist(RNG, images=3).x) == 3
    data = mnist(RNG, validate=True)
    np.testing.assert_array_equal(data.labels, np.arange(7))
    np.testing.assert_array_equal(data.labels_test, np.arange(7, 12) % 10)
    np.testing.assert_array_equal(data.x_test[:, 0] * 255, np.arange(7, 12))
    assert len(mnist(RNG, images=6, validate=True).x) == 6


def test_the_named_folder_comes_first_and_then_the_cache(folders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    named, cache = folders
    cache.mkdir(parents=True)
    write(cache)
    with pytest.raises(IDXError, match=f"{TRAIN}: expected content with the sha256 {FILES[TRAIN]}, got"):
        mnist_file(TRAIN)  # a file of the cache is what was downloaded
    monkeypatch.setitem(FILES, TRAIN, hashlib.sha256((cache / TRAIN).read_bytes()).hexdigest())
    assert mnist_file(TRAIN) == cache / TRAIN
    write(named)
    assert mnist_file(TRAIN) == named / TRAIN
    assert mnist_file(TRAIN_LABELS) == named / f"{TRAIN_LABELS}.gz"


def test_what_is_missing_is_downloaded_to_the_cache(folders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("nnmath.data.download.download", lambda *arguments: asked.append(arguments))
    mnist_file(TEST)
    assert asked == [(f"{TEST}.gz", FILES[TEST], folders[1], module.MIRRORS)]


def test_without_a_network_the_error_says_which_files_to_put_where(folders: Any) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        mnist(RNG)
    said = str(caught.value)
    assert "no network" in said
    assert str(folders[1]) in said
    assert "NNMATH_DATA" in said
    assert all(name in said for name in FILES)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"labels": np.arange(11) % 10}, "expected 12 labels, as many as there are images, got 11"),
        ({"labels": np.arange(12)}, "expected labels 0 to 9, got 11 at position 11"),
        ({"pixels": np.zeros((12, 28, 27))}, r"images of 28 by 28 pixels, got shape \(12, 28, 27\)"),
        ({"pixels": np.zeros((0, 28, 28))}, r"images of 28 by 28 pixels, got shape \(0, 28, 28\)"),
    ],
)
def test_files_that_do_not_fit_each_other_are_refused(folders: Any, wrong: Any, message: Any) -> None:
    write(folders[0], **wrong)
    with pytest.raises(IDXError, match=message):
        mnist(RNG)


def test_no_images_are_refused(folders: Any) -> None:
    write(folders[0])
    with pytest.raises(ValueError, match="images: expected a positive integer, got 0"):
        mnist(RNG, images=0)


def real() -> Any:
    places = [Path(os.environ.get("NNMATH_DATA", "/nowhere")), cache_folder()]
    return any((place / file).exists() for place in places for file in (TEST, f"{TEST}.gz"))


@pytest.mark.skipif(
    not real(), reason="MNIST is neither in $NNMATH_DATA nor in the cache folder, and is not downloaded"
)
def test_the_real_one() -> None:
    data = mnist(RNG)
    assert (len(data.x), len(data.x_test)) == (60_000, 10_000)
    assert data.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(data.labels_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert data.x.mean() == pytest.approx(0.1306604, abs=1e-6)
    assert (data.x.min(), data.x.max()) == (0, 1)
