"""Eyes and rooms: colours as people without one kind of cone see them, and as a projector shows them in a lit room."""

import numpy as np

XYZ_OF_RGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # sRGB, D65
LMS_OF_XYZ = np.array([[0.15514, 0.54312, -0.03286], [-0.15514, 0.45684, 0.03286], [0, 0, 0.00801]])  # Smith, Pokorny
LMS_OF_RGB = LMS_OF_XYZ @ XYZ_OF_RGB
WHITE = LMS_OF_RGB @ np.ones(3)
# CIE 1931 tristimulus values of the spectral lights that look the same without the cone (Brettel, Viénot, Mollon 1997)
LIGHTS = {475: (0.1421, 0.1126, 1.0419), 485: (0.0580, 0.1693, 0.6162), 575: (0.8425, 0.9154, 0.0018)}
LIGHTS |= {660: (0.1649, 0.0610, 0.0000)}
# the cone missing; the two cones whose ratio tells the side of white; the lights below and above it, in nanometres
KINDS = {"protan": (0, (2, 1), (575, 475)), "deutan": (1, (2, 0), (575, 475)), "tritan": (2, (1, 0), (660, 485))}

AMBIENT = 0.10
FLAT_GAMMA = 1.8


def rgb(color):
    """Red, green and blue of a QColor, 0..1."""
    return np.array([color.redF(), color.greenF(), color.blueF()])


def linear(parts):
    """Light of sRGB parts."""
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def seen(color, kind):
    """Linear RGB that looks to everybody as the colour looks to a person without a kind of cone; "" = all are there.

    Brettel, Viénot and Mollon 1997: along the axis of the missing cone, onto two half planes through grey.
    """
    light = linear(rgb(color))
    if not kind:
        return light
    cone, (upper, lower), anchors = KINDS[kind]
    lms = LMS_OF_RGB @ light
    side = lms[upper] * WHITE[lower] >= lms[lower] * WHITE[upper]
    normal = np.cross(WHITE, LMS_OF_XYZ @ np.array(LIGHTS[anchors[int(side)]]))
    others = [i for i in range(3) if i != cone]
    lms[cone] = -(normal[others] @ lms[others]) / normal[cone]
    return np.clip(np.linalg.solve(LMS_OF_RGB, lms), 0, 1)


def lab(light):
    """CIELAB of linear RGB under D65."""
    share = XYZ_OF_RGB @ light / XYZ_OF_RGB.sum(axis=1)
    x, y, z = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(a, b, kind=""):
    """Distance of two colours in CIELAB for a person without a kind of cone."""
    return float(np.linalg.norm(lab(seen(a, kind)) - lab(seen(b, kind))))


def washed_out(a, b):
    """Contrast of two colours on a projector in a lit room.

    Room light of a tenth of the projector's white lies on everything, black too: 100 lx beside 1000 lx. WCAG's formula
    reckons with half of it (its 0.05), so this stands in its place. The projector's bright mode flattens gamma to 1.8,
    which lifts dark colours most: the darkest and the middle come together.
    """
    low, high = sorted(float(XYZ_OF_RGB[1] @ rgb(color) ** FLAT_GAMMA) for color in (a, b))
    return (high + AMBIENT) / (low + AMBIENT)
