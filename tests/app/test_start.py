"""How the app is started: for this machine only, in the colours of the charts, from a lock of its own."""

import tomllib

import pytest

from simulator.charts.style import GRID, NAVY, PAPER, SHADE
from tests.app.conftest import ROOT
from tests.test_packaging import PROJECT, pins

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("server", "address", "127.0.0.1"),
        ("server", "allowedHosts", ["127.0.0.1", "localhost"]),
        ("server", "headless", True),
        ("server", "fileWatcherType", "none"),
        ("server", "maxUploadSize", 1),
        ("browser", "gatherUsageStats", False),
        ("runner", "magicEnabled", False),
        ("client", "showErrorDetails", "none"),
    ],
)
def test_nothing_listens_or_leaves(section, key, value):
    assert CONFIG[section][key] == value


def test_the_settings_are_known_to_streamlit():
    from streamlit.config import get_config_options

    options = get_config_options()
    assert [f"{s}.{k}" for s, keys in CONFIG.items() for k in keys if f"{s}.{k}" not in options] == []


def test_the_page_wears_the_colours_of_the_charts():
    theme = CONFIG["theme"]
    assert (theme["primaryColor"], theme["backgroundColor"]) == (NAVY, PAPER)
    assert (theme["secondaryBackgroundColor"], theme["dataframeBorderColor"]) == (SHADE, GRID)


def test_the_lock_of_the_app_holds_what_is_tested():
    tested, app = pins("dev.lock"), pins("app.lock")
    assert {key: version for key, version in app.items() if tested.get(key) != version} == {}
    assert pins("run.lock").items() <= app.items()
    wanted = {name.split(">")[0] for name in PROJECT["project"]["optional-dependencies"]["app"]}
    assert wanted <= {package for package, _ in app}
    assert "://" not in (ROOT / "requirements" / "app.lock").read_text()
