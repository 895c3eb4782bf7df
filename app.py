"""Starts the app: `make app`, or `streamlit run app.py`."""

from simulator.app.explore import show

show()
