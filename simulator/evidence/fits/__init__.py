"""The fits behind the fitted defaults: data, fit, doubt, and each point predicted by a fit without it.

No fit uses a point that a hindcast holds out, and no default is moved to meet a hindcast.
"""

from simulator.evidence.fits.curve import Curve, CurveFit, curve, curves
from simulator.evidence.fits.points import Point
from simulator.evidence.fits.stealth import Case, StealthFit, cases, stealth_fit

__all__ = ["Case", "Curve", "CurveFit", "Point", "StealthFit", "cases", "curve", "curves", "stealth_fit"]
