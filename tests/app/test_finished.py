"""A run as the page keeps it."""

from io import BytesIO

import pandas as pd

from simulator.app.finished import CHARTS, read_finished
from simulator.batch.results import Results
from simulator.risk.exceedance import exceedance


def test_pictures_and_record_are_the_files_of_the_run(finished, run_folder):
    assert [chart.name for chart in finished.charts] == list(CHARTS)
    for chart in finished.charts:
        assert chart.png == (run_folder / f"{chart.name}.png").read_bytes()
        assert chart.alt == (run_folder / f"{chart.name}.alt.txt").read_text().strip()
        assert len(chart.alt) > 50
    assert finished.manifest == (run_folder / "manifest.json").read_bytes()


def test_the_numbers_shown_are_those_drawn(finished, run_folder):
    results = Results.read(run_folder)
    losses, service, reach = (chart.data for chart in finished.charts)
    years = [float(y) for y in losses["once in so many years"]]
    wanted = exceedance(results, results.measure, "AEP", years)["loss"].to_numpy()
    pd.testing.assert_series_equal(losses["loss, customer-hours"], pd.Series(wanted), check_names=False)
    assert set(service["sector"]) == {"water"}
    assert (service["half below"] <= service["95 % below"]).all()
    assert reach["customers reached"].is_monotonic_decreasing
    assert reach["share of water"].iloc[0] == 1.0


def test_a_table_to_take_away_loses_no_digit(finished):
    for chart in finished.charts:
        again = pd.read_csv(BytesIO(chart.csv()), dtype=str, keep_default_na=False)
        assert list(again) == list(chart.data)
        for name in chart.data.select_dtypes("number"):
            read = [float(cell) if cell else None for cell in again[name]]
            assert read == [None if pd.isna(value) else value for value in chart.data[name]]


def test_a_chart_the_run_has_not_is_left_out(run_folder, chosen, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in run_folder.iterdir():
        if file.is_file() and not file.name.startswith("reach.png"):
            (folder / file.name).write_bytes(file.read_bytes())
    assert [chart.name for chart in read_finished(folder, chosen).charts] == ["exceedance", "service"]
