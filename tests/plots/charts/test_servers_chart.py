"""The grid of every client against every server: its title, its cells, and what it marks."""

import pytest
import synthetic
from synthetic import bad_run, run

from plots.charts import catalogue, servers, style
from plots.read import results_file

CLIENTS = ("async_single_thread", "thread_per_task")


def loaded(folder, runs):
    return results_file.load(str(synthetic.write(folder, synthetic.document(runs))))


def against(server, one, factor=1.0):
    """The run, against that server, which makes it that much longer: as predicted."""
    for key in ("makespan_s", "predicted_s"):
        if one[key] is not None:
            one[key] *= factor
    return one | {"server_model": server}


def grid_of(tmp_path, runs):
    return servers.of_results(loaded(tmp_path, runs))


def all_pairs(factors):
    return [against(name, run(client), by) for name, by in factors.items() for client in CLIENTS]


def test_the_title_names_servers_that_keep_clients_and_counts_the_others(tmp_path):
    factors = {"coroutines": 1, "iterative": 2.0, "thread_pool": 1.5, "epoll": 1}
    assert servers.finding_of(grid_of(tmp_path, all_pairs(factors))) == (
        "Iterative keeps clients up to 2.0 times as long and thread pool up to 1.5 times;"
        " against the other two servers they end alike"
    )


def test_servers_that_are_alike_are_told_to_be(tmp_path):
    found = servers.finding_of(grid_of(tmp_path, all_pairs({"coroutines": 1, "epoll": 1})))
    assert found == "Against all two servers clients end alike"


def test_pairs_that_miss_their_prediction_or_fail_are_counted(tmp_path):
    late = run("thread_per_task")
    late["makespan_s"] *= 1.5
    runs = all_pairs({"coroutines": 1})
    runs += [against("epoll", late), against("epoll", bad_run("async_single_thread"))]
    found = servers.finding_of(grid_of(tmp_path, runs))
    assert found.endswith("; one pair not as predicted; one pair did not end well")


@pytest.mark.parametrize(
    "runs",
    [
        [run(client) for client in CLIENTS],
        [against(name, run(CLIENTS[0])) for name in ("coroutines", "epoll")],
    ],
)
def test_one_server_or_one_client_makes_no_grid(tmp_path, runs):
    assert grid_of(tmp_path, runs) is None


def test_a_pair_that_was_not_run_leaves_its_cell_empty(tmp_path):
    runs = all_pairs({"coroutines": 1}) + [against("epoll", run(CLIENTS[0]))]
    grid = grid_of(tmp_path, runs)
    assert grid.at(CLIENTS[1], "epoll") is None
    with style.drawing():
        drawn = servers.draw(grid)
    words = [text.get_text() for text in drawn.figure.axes[0].texts]
    assert sum(word.endswith(" s") for word in words) == 3


def test_results_of_several_servers_give_the_chart(tmp_path):
    results = loaded(tmp_path, all_pairs({"coroutines": 1, "iterative": 2.0}))
    charts = catalogue.charts_of(results, results.workloads()[:1], None)
    assert "servers" in charts
    assert set(catalogue.files_of("servers", charts["servers"])) == {
        "charts/servers.svg",
        "charts/servers.png",
    }
