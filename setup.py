"""Lists the packages: the folder `simulator`, and `scenarios/` installed as `simulator/shipped`."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["simulator", "simulator.*"]), "simulator.shipped"],
    package_dir={"simulator.shipped": "scenarios"},
)
