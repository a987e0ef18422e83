"""Make `shapes`: 32×32 colour JPEGs of one shape each, `angular` (triangle, square, oblong) or `round` (disc,
ellipse).

The process, in full: the background has a darker colour, the shape a lighter one, each drawn freely, and
both fade a little across the picture. The shape has a random place, size and angle; one in five is an
outline, not filled; a thin stray line crosses one picture in five. Noise and JPEG compression follow.
Place, size and colours are drawn alike for both classes: only the outline tells them apart.
"""

from __future__ import annotations

import io
import math

import numpy as np
import numpy.typing as npt

from grader.data.simulated.draw import Draw

SEED = 32
SIDE, FINE = 32, 4
COUNT = {"train": 1000, "test": 200}
CLASSES = ["angular", "round"]
QUALITY = 72

Array = npt.NDArray[np.float64]


def files() -> dict[str, bytes]:
    """The files of the set: relative path → content."""
    result: dict[str, bytes] = {"shapes/classes.txt": ("\n".join(CLASSES) + "\n").encode()}
    draw = Draw(SEED)
    for part, count in COUNT.items():
        lines = []
        for number in range(count):
            label = number % 2
            name = f"{part}/{CLASSES[label]}/{number // 2:03d}.jpg"
            lines.append(f"{name} {label}\n")
            result[f"shapes/{name}"] = jpeg(picture(draw, CLASSES[label]))
        result[f"shapes/{part}.txt"] = "".join(draw.shuffled(lines)).encode()
    return result


def jpeg(pixels: npt.NDArray[np.uint8]) -> bytes:
    """The picture as a JPEG file. The bytes depend on the encoder's version; the decoded pixels hardly do."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def picture(draw: Draw, kind: str) -> npt.NDArray[np.uint8]:
    """One picture, shape (32, 32, 3), 0–255."""
    back, front = colours(draw)
    cover = mask(draw, kind)[:, :, None]
    image = fading(draw, back) * (1 - cover) + fading(draw, front) * cover
    if draw.chance(0.20):
        line = stray_line(draw)[:, :, None]
        image = image * (1 - line) + np.array([draw.uniform() for _ in range(3)]) * line
    noise = draw.uniform(0.02, 0.09)
    image += noise * (2 * draw.stream.random(image.shape) - 1)
    return np.clip(np.rint(255 * image), 0, 255).astype(np.uint8)


def colours(draw: Draw) -> tuple[Array, Array]:
    """A darker colour for the background and a lighter one for the shape (RGB, 0–1)."""
    back = np.array([draw.uniform(0.02, 0.45) for _ in range(3)])
    while True:
        front = np.array([draw.uniform(0.35, 1.00) for _ in range(3)])
        if (front - back).min() > 0 and (front - back).mean() >= 0.30:
            return back, front


def fading(draw: Draw, colour: Array) -> Array:
    """The colour over the whole picture, up to 0.15 lighter to one side and darker to the other."""
    angle, strength = draw.uniform(0, 2 * math.pi), draw.uniform(0, 0.15)
    steps = (np.arange(SIDE) - SIDE / 2) / SIDE
    slope = math.cos(angle) * steps[None, :] + math.sin(angle) * steps[:, None]
    return colour + strength * slope[:, :, None] * 2


def mask(draw: Draw, kind: str) -> Array:
    """How much of each pixel the shape covers, 0–1, shape (32, 32)."""
    radius = draw.uniform(8.5, 12.5)
    angle = draw.uniform(0, 2 * math.pi)
    reach = SIDE / 2 - radius
    across, down = SIDE / 2 + draw.uniform(-reach, reach), SIDE / 2 + draw.uniform(-reach, reach)
    grid = (np.arange(SIDE * FINE) + 0.5) / FINE
    x, y = np.meshgrid(grid - across, grid - down)
    u, v = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    distance = outline(draw, kind, u / radius, v / radius)
    inside = distance < 1
    if draw.chance(0.20):
        inside &= distance > draw.uniform(0.55, 0.75)
    return np.asarray(inside.astype(float).reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3)))


def outline(draw: Draw, kind: str, u: Array, v: Array) -> Array:
    """A function that is below 1 inside the shape and grows in proportion to the distance from its middle."""
    stretch = draw.uniform(0.6, 1.0)
    variant = draw.below(3)
    if kind == "round":
        return np.sqrt(u**2 + (v / (stretch if variant else 1.0)) ** 2) / 0.92
    if variant == 0:  # a triangle: the largest of three half-planes' distances
        corners = [math.pi / 2 + third * 2 * math.pi / 3 for third in range(3)]
        return np.asarray(np.max([u * math.cos(a) + v * math.sin(a) for a in corners], axis=0) / 0.58)
    return np.maximum(np.abs(u), np.abs(v) / (stretch if variant == 2 else 1.0)) / 0.80


def stray_line(draw: Draw) -> Array:
    """A thin straight line across the picture: how much of each pixel it covers."""
    angle, offset = draw.uniform(0, math.pi), draw.uniform(-10, 10)
    steps = np.arange(SIDE) + 0.5 - SIDE / 2
    distance = steps[None, :] * math.cos(angle) + steps[:, None] * math.sin(angle) - offset
    return np.clip(1.1 - np.abs(distance), 0, 1)
