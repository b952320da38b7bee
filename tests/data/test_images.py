"""Pictures of digits become like those of MNIST."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nnmath.data.images import ImageError, read_digit


def saved(path: Any, picture: Any) -> Any:
    picture.save(path)
    return path


def drawn(size: Any, place: Any, mode: Any = "L", paper: Any = "white", ink: Any = "black") -> Any:
    picture = Image.new(mode, size, paper)
    ImageDraw.Draw(picture).rectangle(place, fill=ink)
    return picture


def test_an_image_of_mnist_stays_as_it_is(tmp_path: Path) -> None:
    pixels = np.zeros((28, 28), np.uint8)
    pixels[3:20, 5:9] = np.arange(17)[:, np.newaxis] * 15
    row = read_digit(saved(tmp_path / "digit.png", Image.fromarray(pixels)))
    assert row.shape == (784,)
    assert row.dtype == np.float32
    np.testing.assert_array_equal(row, pixels.ravel().astype(np.float32) / 255)


@pytest.mark.parametrize(
    "picture",
    [
        drawn((300, 200), (100, 20, 139, 99)),
        drawn((300, 200), (100, 20, 139, 99), paper="black", ink="white"),
        drawn((300, 200), (100, 20, 139, 99), "RGB", (240, 230, 220), (20, 30, 90)),
        drawn((300, 200), (100, 20, 139, 99), "RGBA", (0, 0, 0, 0), (0, 0, 0, 255)),
        drawn((30, 20), (10, 2, 14, 11)),
    ],
    ids=["scan", "negative", "colour", "transparent", "small"],
)
def test_ink_is_fitted_into_the_box_and_centred(tmp_path: Path, picture: Any) -> None:
    page = read_digit(saved(tmp_path / "digit.png", picture)).reshape(28, 28)
    inked = page > 0.5
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    assert (len(rows), len(columns)) == (20, 10)
    assert rows[0] == 4
    assert columns[0] == 9
    assert page.min() >= 0
    assert page.max() <= 1


def test_a_heavy_side_is_drawn_to_the_centre(tmp_path: Path) -> None:
    picture = drawn((200, 200), (20, 20, 59, 179))  # a thick stem on the left
    ImageDraw.Draw(picture).rectangle((60, 120, 179, 179), fill="black")  # and a foot to the right
    page = read_digit(saved(tmp_path / "digit.png", picture)).reshape(28, 28)
    assert page.sum(axis=0) @ np.arange(28) / page.sum() == pytest.approx(13.5, abs=0.51)


@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_an_empty_page_is_refused(tmp_path: Path, mode: Any) -> None:
    with pytest.raises(ImageError, match="no digit to be seen"):
        read_digit(saved(tmp_path / "empty.png", Image.new(mode, (40, 40), "white")))


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.png"
    path.write_text("not a picture")
    with pytest.raises(ImageError, match=r"words\.png: not a picture"):
        read_digit(path)


def test_a_picture_of_a_billion_pixels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "large.png", Image.new("L", (100, 100)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(ImageError, match="not a picture that can be read"):
        read_digit(path)


def test_too_many_pixels_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "large.png", Image.new("L", (7000, 5000)))
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(
        ImageError, match=r"large\.png: a picture of 7,000 by 5,000 pixels, and 33,554,432 are the most"
    ):
        read_digit(path)


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA", "LA", "1", "I;16"])
def test_a_large_picture_is_read_as_a_small_one(tmp_path: Path, mode: Any) -> None:
    small = drawn((60, 60), (20, 10, 39, 49))
    large = small.resize((2400, 2400), Image.Resampling.NEAREST)
    if mode == "I;16":
        large = Image.fromarray(np.asarray(large, np.uint16) * 257)
    elif mode != "L":
        large = large.convert(mode)
    one, other = (read_digit(saved(tmp_path / "digit.png", picture)) for picture in (small, large))
    assert np.abs(one - other).max() < 0.02


def test_a_truncated_picture_is_refused_by_name(tmp_path: Path) -> None:
    path = saved(tmp_path / "digit.png", drawn((300, 200), (100, 20, 139, 99)))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ImageError, match=r"digit\.png: "):
        read_digit(path)


@pytest.mark.parametrize(
    "header", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 30 30\n", b"\xc5\xd0\xd3\xc6" + bytes(40)]
)
def test_a_format_that_starts_a_program_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: Any
) -> None:
    monkeypatch.setattr("subprocess.check_call", lambda *_, **__: pytest.fail("a program was started"))
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a program was started"))
    path = tmp_path / "digit.eps"
    path.write_bytes(header)
    with pytest.raises(ImageError, match=r"digit\.eps: not a picture that can be read; PNG, JPEG, GIF, BMP, WEBP are"):
        read_digit(path)
