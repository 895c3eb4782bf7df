"""The fits behind the fitted defaults: data, fit, doubt, and each point predicted by a fit without it.

No fit uses a point that a hindcast holds out, and no default is moved to meet a hindcast.

To add a fit of a curve:

1. `points.csv`: a row for each published point, under the name of the fit. `use` is `fitted` for the incident that the
   curve goes through, `counted` for another that belongs in the doubt, `shown` for one of another quantity. A fitted
   point needs a range, of its share (`low`, `high`) or of its time (`days_low`, `days_high`).
2. `CURVES` in `curve.py`: name, title, family of laws, and the dotted path of the default that carries it, or "".
3. `geocyber fits NAME`: the law, its doubt, and how well each point is foretold without itself.
4. The YAML under `scenarios/defaults`: the law as `value`, the doubt (a factor on its times) as `ignorance`, the rows
   that it rests on as `source`; those rows, if they are new, in `parameters.csv`, with grade and page.
5. `SHIPPED` in `tests/evidence/test_fits.py` pins the default to the fit, its ignorance to the doubt.
6. A hindcast of an incident the fit uses: call what it sees `fitted`, or give its scenario a copy of the default fitted
   without that incident, as `scenarios/hindcasts/sunburst_2020.yaml` does, and pin the copy in a test.
"""

from simulator.evidence.fits.curve import Curve, CurveFit, curve, curves
from simulator.evidence.fits.points import Point
from simulator.evidence.fits.stealth import Case, StealthFit, cases, stealth_fit

__all__ = ["Case", "Curve", "CurveFit", "Point", "StealthFit", "cases", "curve", "curves", "stealth_fit"]
