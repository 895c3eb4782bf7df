"""`geocyber replay`: one simulated future again, as a story."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.commands.arguments import ScenarioArgument
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    from simulator.batch.results import Results
    from simulator.model.replay import Replay
    from simulator.model.story import Story
    from simulator.scenario.load import LoadedScenario


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay_command)


def replay_command(
    scenario: ScenarioArgument,
    replication: Annotated[int | None, typer.Option(help="number of the simulated future", min=0)] = None,
    worst: Annotated[bool, typer.Option("--worst", help="the one of a run with the largest loss")] = False,
    return_period: Annotated[
        float | None, typer.Option(help="the one of a run whose annual loss comes once in so many years")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="folder of a run of this scenario")] = None,
    seed: Annotated[int | None, typer.Option(help="seed; that of the run, else 1", min=0)] = None,
    crude: Annotated[bool, typer.Option("--crude", help="the number is one of a crude run")] = False,
    why: Annotated[str | None, typer.Option(help="organisation whose loss of service is to be explained")] = None,
    day: Annotated[int | None, typer.Option(help="day of that loss; the first day is 1", min=1)] = None,
    everything: Annotated[bool, typer.Option("--all", help="every event, not only the important ones")] = False,
    out: Annotated[Path | None, typer.Option(help="text file for the story; a CSV file is put beside it")] = None,
) -> None:
    """Tell the story of one simulated future: what happened, when, and because of what."""
    from simulator.chance.future import Stratum
    from simulator.model.replay import replay
    from simulator.model.story import Story
    from simulator.scenario.load import load

    if sum([replication is not None, worst, return_period is not None]) != 1:
        raise InputError("say which simulated future: one of --replication, --worst or --return-period")
    if day is not None and why is None:
        raise InputError("--day needs --why and the name of an organisation")
    loaded = load(scenario)
    results = _results_of(run, loaded, seed) if run is not None else None
    if results is not None:
        seed, crude = int(results.manifest["seed"]), results.crude
    if replication is None:
        if results is None:
            raise InputError("--worst and --return-period choose from a run; give its folder with --run")
        replication = (
            worst_replication(results) if return_period is None else typical_replication(results, return_period)
        )
    seed = 1 if seed is None else seed
    found = replay(loaded, replication, seed, Stratum.CRUDE if crude else None)
    story = Story(found.outcome, found.driver)
    if why is not None:
        text = explanation(story, why, day)
    else:
        text = [*heading(found, seed), "", *story.tell(only_important=not everything)]
    typer.echo("\n".join(text))
    if out is not None:
        _save(out, text, story)
        typer.echo(f"\nSaved in {out}, and every event in {out.with_suffix('.csv')}.")


def worst_replication(results: Results) -> int:
    """The replication that lost most over its horizon. Raises InputError if none lost anything."""
    totals = results.years.groupby("replication")[results.measure].sum()
    if totals.empty or totals.max() <= 0.0:
        raise InputError("no simulated future of this run has a loss; choose one with --replication")
    return int(totals.index[int(totals.to_numpy().argmax())])


def typical_replication(results: Results, return_period: float) -> int:
    """A replication with a year whose loss has this return period. Raises InputError if there is none."""
    from simulator.risk.exceedance import exceedance

    row = exceedance(results, results.measure, "AEP", [return_period]).iloc[0]
    if row["loss"] != row["loss"]:
        raise InputError(f"a return period of {return_period:g} years is beyond this run: {row['note']}")
    if row["loss"] == 0.0:
        raise InputError(
            f"a year with any loss is rarer than once in {return_period:g} years; give a longer --return-period"
        )
    nearest = int((results.years[results.measure] - row["loss"]).abs().to_numpy().argmin())
    return int(results.years["replication"].iloc[nearest])


def heading(found: Replay, seed: int) -> list[str]:
    """What the story is of, and what came of it."""
    from simulator.chance.future import Stratum
    from simulator.risk.words import money, two_digits

    outcome, scenario = found.outcome, found.world.scenario
    kinds = {
        Stratum.NONE: "one without a malicious compromise",
        Stratum.AT_LEAST_ONE: "one with a malicious compromise",
        Stratum.CRUDE: "drawn without regard to compromises",
    }
    future = outcome.future
    hours = sum(sum(loss.customer_hours) for loss in outcome.losses)
    cost = money(sum(loss.cost for loss in outcome.losses), scenario.currency)
    lines = [
        f"{scenario.title}: simulated future {future.replication}, {kinds[future.stratum]} (seed {seed})",
        f"In all {two_digits(hours)} customer-hours without service, at a cost of {cost}."
        if hours
        else f"No organisation loses service; the cost is {cost}.",
        "This is one of many possible futures, not a forecast. Vendors are named by the scenario, "
        "and how likely they are to be used is its assumption.",
    ]
    if scenario.given is not None:
        lines.append("It is conditional on the facts the scenario gives.")
    return lines


def explanation(story: Story, organisation: str, day: int | None) -> list[str]:
    """Why an organisation lost service on a day; without a day, the first time it did."""
    days = story.days_of_loss(organisation)
    if not days:
        return [f"{organisation} never loses service in this simulated future."]
    chosen = days[0] if day is None else day
    lines = [
        f"Why {organisation} is without service on day {chosen}:",
        *story.why_on_day(organisation, chosen),
    ]
    others = [str(d) for d in days if d != chosen]
    if others:
        shown = ", ".join(others[:10]) + (f" and on {len(others) - 10} more" if len(others) > 10 else "")
        lines.append(f"It also loses service on day {shown}.")
    return lines


def _results_of(folder: Path, loaded: LoadedScenario, seed: int | None) -> Results:
    """The results of a run, which must be of this scenario and seed."""
    from simulator.batch.results import Results

    results = Results.read(folder)
    if results.manifest["scenario"]["digest"] != loaded.digest:
        raise InputError(
            f"{folder} is a run of another scenario, or of this one before it was changed; "
            "give the scenario as it was then"
        )
    if seed is not None and seed != results.manifest["seed"]:
        raise InputError(f"--seed is {seed} but the run in {folder} has seed {results.manifest['seed']}")
    return results


def _save(out: Path, text: list[str], story: Story) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("\n".join(text) + "\n", encoding="utf-8")
        story.to_frame().to_csv(out.with_suffix(".csv"), index=False)
    except OSError as fault:
        raise InputError(f"{out} cannot be written ({fault.strerror}); give --out another file") from None
