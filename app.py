"""Starts the app: `make app`, or `streamlit run app.py`."""

from simulator.app.explore import show

if __name__ == "__main__":  # worker processes of a run may read this file again, and must not draw a page
    show()
