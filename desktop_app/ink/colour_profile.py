"""Conversion of images with a colour profile, such as Display P3, to sRGB."""

from __future__ import annotations

import io

from PIL import Image, ImageCms


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return an image converted to sRGB, or unchanged if its profile cannot be used.

    Args:
        image: of mode RGB or RGBA.
        profile: content of an ICC profile. Damaged ones, those of other colour spaces, and those that say
            that they are sRGB are not used.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space != "RGB ":
            return image
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return image
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB")) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
