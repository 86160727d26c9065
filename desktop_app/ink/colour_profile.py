"""Conversion of images with a colour profile, such as Display P3, to sRGB."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

_LARGEST = 4_000_000
"""Bytes of a profile that is used; those of cameras and screens have some thousand."""


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return an image converted to sRGB, or unchanged if its profile cannot be used.

    Args:
        image: of mode RGB or RGBA.
        profile: content of an ICC profile. Damaged and huge ones, those of other colour spaces, and those
            that say that they are sRGB are not used.
    """
    if len(profile) > _LARGEST:
        return image
    try:
        transform = _transform(profile, image.mode)
        return image if transform is None else ImageCms.applyTransform(image, transform) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


@lru_cache(maxsize=4)  # the images of a folder mostly have the same profile
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    is_srgb = ImageCms.getProfileDescription(source).startswith("sRGB")
    if is_srgb or source.profile.xcolor_space != "RGB ":
        return None
    return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, mode)
