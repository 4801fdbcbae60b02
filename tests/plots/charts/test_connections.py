"""Sweeps over connections: whose curves they are, what one costs a server, and what titles say."""

import drawn
import pytest
import synthetic

from plots.charts import catalogue, scale
from plots.read import results_file, size_sweep

KIB, MIB = 2**10, 2**20
SIZES = (1, 100, 1000)


def held(server, connections, kib=1.0, cpu_us=20, threads=1, client="async_single_thread"):
    """A run in which each connection but the first costs the server so much."""
    work = synthetic.workload(connections, 4, 0.2, 1.0, 0.0) | {"server_threads": 2}
    made = synthetic.bad_run(client, "ok", "", work) | {"server_model": server}
    made["makespan_s"], made["overhead_s"] = made["predicted_s"] + 0.01, 0.01
    made["structure"] = {
        "threads": 1,
        "max_in_flight": connections,
        "max_computing": 1,
        "thread_hops": 0,
        "server_accepting_threads": 1,
        "server_serving_threads": threads,
        "server_max_waiting": connections,
        "verdict": "as predicted",
    }
    made["client"] = {"user_s": 1.0, "system_s": 1.0, "peak_rss_bytes": 64 * MIB}
    made["server"] = {
        "user_s": 0.005,
        "system_s": (connections - 1) * cpu_us * 1e-6,
        "peak_rss_bytes": 2 * MIB + int((connections - 1) * kib * KIB),
    }
    made["events"] = made["server_events"] = made["stages"] = None
    return made


def sweep_of(server, sizes=SIZES, repetitions=2, has_thread_each=False, **costs):
    return [
        held(server, n, threads=n if has_thread_each else 1, **costs) | {"repetition": i}
        for n in sizes
        for i in range(repetitions)
    ]


def write(folder, runs):
    return synthetic.write(folder, synthetic.document(runs) | {"servers": synthetic.server_table()})


def loaded(folder, runs):
    return results_file.load(str(write(folder, runs)))


def swept_of(folder, runs):
    return size_sweep.of_connections(loaded(folder, runs))


def said(chart, folder, runs):
    return scale.finding(chart, swept_of(folder, runs))[0]


# --- Whose curves they are ------------------------------------------------------------------------


def test_a_curve_is_of_a_server_in_the_order_of_the_file(tmp_path):
    swept = swept_of(tmp_path, sweep_of("epoll") + sweep_of("coroutines"))
    titles = [curve.model.title for curve in swept.curves]
    assert titles == ["Title of coroutines", "Title of epoll"]
    assert (swept.sizes, swept.client.name) == (list(SIZES), "async_single_thread")


@pytest.mark.parametrize(
    "runs",
    [sweep_of("epoll"), sweep_of("epoll", (1, 10)) + sweep_of("coroutines", (1, 10))],
    ids=["one server", "two sizes"],
)
def test_one_server_or_two_sizes_are_no_sweep(tmp_path, runs):
    assert swept_of(tmp_path, runs) is None


def test_a_server_with_too_few_sizes_has_no_curve(tmp_path):
    runs = sweep_of("epoll") + sweep_of("coroutines") + sweep_of("iterative", (1, 100))
    assert len(swept_of(tmp_path, runs).curves) == 2


def test_of_several_clients_it_is_the_one_that_ran_against_the_most_servers(tmp_path):
    runs = [run for name in ("epoll", "coroutines", "shared_loop") for run in sweep_of(name)]
    runs += [run for name in ("epoll", "coroutines") for run in sweep_of(name, client="sequential")]
    swept = swept_of(tmp_path, runs)
    assert (swept.client.name, len(swept.curves)) == ("async_single_thread", 3)


def test_a_client_that_is_there_for_the_servers_has_no_charts_of_its_own(tmp_path):
    charts = catalogue.of_sizes(loaded(tmp_path, sweep_of("epoll") + sweep_of("coroutines")))
    assert list(charts) == [name for name in scale.COSTS if name.startswith("connections-")]
    several = [
        run
        for client in ("sequential", "async_serial")
        for name in ("epoll", "coroutines")
        for run in sweep_of(name, client=client)
    ]
    assert "scale-memory" in catalogue.of_sizes(loaded(tmp_path, several))


# --- What a connection costs ----------------------------------------------------------------------


def test_what_a_connection_costs_is_what_grows_with_it_at_the_server(tmp_path):
    runs = sweep_of("epoll", kib=0.5, cpu_us=30) + sweep_of("coroutines", kib=2)
    coroutines, epoll = swept_of(tmp_path, runs).curves
    memory, cpu = scale.COSTS["connections-memory"], scale.COSTS["connections-cpu"]
    assert scale.figures(epoll, memory) == pytest.approx({100: 512, 1000: 512}, abs=0.2)
    assert scale.figures(coroutines, memory) == pytest.approx({100: 2048, 1000: 2048}, abs=0.2)
    assert scale.figures(epoll, cpu) == pytest.approx({100: 30e-6, 1000: 30e-6})


def test_the_title_names_the_dearest_and_the_cheapest_server(tmp_path):
    runs = sweep_of("epoll", kib=0.5) + sweep_of("coroutines", kib=2) + sweep_of("iterative", kib=1)
    assert said("connections-memory", tmp_path, runs) == (
        "With 1,000 connections, “Title of coroutines” takes 4.0 times the memory per connection of"
        " “Title of epoll”"
    )


def test_single_runs_bear_no_difference(tmp_path):
    runs = sweep_of("epoll", repetitions=1, kib=0.5) + sweep_of("coroutines", repetitions=1, kib=2)
    assert said("connections-memory", tmp_path, runs) == (
        "With 1,000 connections, no difference in memory per connection is shown"
    )


def test_the_title_counts_threads_where_one_server_has_as_many_as_connections(tmp_path):
    runs = sweep_of("thread_per_connection", has_thread_each=True)
    runs += sweep_of("epoll") + sweep_of("coroutines")
    assert said("connections-threads", tmp_path, runs) == (
        "“Title of thread_per_connection” has a thread for each connection; the other two servers"
        " serve with no more than one thread"
    )
    assert said("connections-threads", tmp_path, sweep_of("epoll") + sweep_of("coroutines")) == (
        "With up to 1,000 connections, no server serves with more than one thread"
    )
    runs[-1]["structure"] |= {"server_serving_threads": 7}
    assert said("connections-threads", tmp_path, runs).endswith("no more than seven threads")


def test_a_server_that_once_had_fewer_threads_than_connections_has_none_for_each(tmp_path):
    runs = sweep_of("thread_per_connection", has_thread_each=True) + sweep_of("epoll")
    runs[len(SIZES) * 2 - 1]["structure"] |= {"server_serving_threads": 999}
    assert said("connections-threads", tmp_path, runs) == (
        "With up to 1,000 connections, no server serves with more than 1,000 threads"
    )


# --- Refusals and full listen queues --------------------------------------------------------------


def test_a_server_that_is_refused_ends_with_a_cross_and_the_reason(tmp_path):
    runs = sweep_of("thread_per_connection", (1, 10, 100), kib=8) + sweep_of("epoll")
    work = runs[-1]["workload"]
    end = synthetic.bad_run("async_single_thread", "refused", "no more threads", work)
    end |= {"server_model": "thread_per_connection", "refusal": {"by": "system", "tasks": 400}}
    runs.append(end)
    chart = drawn.chart(write(tmp_path, runs), "connections-memory")
    assert chart.ids(r".*\.cross") == ["connections-memory.all.thread_per_connection.cross"]
    assert "1: “Title of thread_per_connection” at 1,000 connections: no more threads" in chart.texts()


def flooded(many):
    """Two servers; the listen queue of one overflowed with the most connections, in so many runs
    of two."""
    sizes = (1, 10, 100, 1000)
    runs = sweep_of("epoll", sizes, kib=0.5) + sweep_of("thread_per_connection", sizes, kib=8)
    for i in range(many):
        run = synthetic.overflowed(runs.pop())
        run["server"] |= {"peak_rss_bytes": 2 * MIB + 999 * 4 * KIB}
        runs.insert(0, run | {"repetition": 5 + i})
    return runs


def test_runs_with_a_full_listen_queue_are_hollow_marks_and_in_no_median(tmp_path):
    folder = write(tmp_path, flooded(1))
    chart = drawn.chart(folder, "connections-memory")
    name = "connections-memory.all.thread_per_connection"
    assert chart.ids(r".*\.overflowed") == [f"{name}.overflowed"]
    notes = " ".join(chart.texts())
    assert "1,000 connections: “Title of thread_per_connection” (1 of 2 runs)" in notes
    swept = size_sweep.of_connections(results_file.load(str(folder)))
    memory = scale.COSTS["connections-memory"]
    of_threads = next(c for c in swept.curves if c.model.name == "thread_per_connection")
    assert scale.figures(of_threads, memory)[1000] == pytest.approx(8 * KIB, abs=9)


@pytest.mark.parametrize("many", [1, 2])
def test_the_title_is_of_a_size_at_which_full_queues_leave_two_runs_of_each(tmp_path, many):
    assert said("connections-memory", tmp_path, flooded(many)) == (
        "With 100 connections, “Title of thread_per_connection” takes 16 times the memory per"
        " connection of “Title of epoll”"
    )


def test_a_full_queue_does_not_change_who_serves(tmp_path):
    chart = drawn.chart(write(tmp_path, flooded(2)), "connections-threads")
    assert not chart.ids(r".*\.overflowed")


# --- How it looks ---------------------------------------------------------------------------------


def test_few_servers_share_a_panel_in_which_each_has_its_name(tmp_path):
    folder = write(tmp_path, sweep_of("epoll") + sweep_of("coroutines"))
    for name in ("connections-memory", "connections-cpu", "connections-threads"):
        chart = drawn.chart(folder, name)
        assert chart.text(f"{name}.all.epoll.name") == "Title of epoll"
        assert chart.text(f"{name}.all.says").endswith("lower is better")
    note = "client: “Async on one thread”; T = 2 server threads."
    assert chart.text("connections-threads.note-1").endswith(note)


def test_many_servers_are_parted_into_families(tmp_path):
    folder = write(tmp_path, [run for name in synthetic.SERVER_FACTS for run in sweep_of(name)])
    chart = drawn.chart(folder, "connections-memory")
    titles = [chart.text(name) for name in chart.ids(r"connections-memory\.[\w-]+\.title")]
    assert titles == [
        "One connection at a time",
        "One thread, waits overlap",
        "Threads that never block",
        "Threads that block",
    ]


def test_the_summary_has_the_figures_by_server(tmp_path):
    folder = write(tmp_path, sweep_of("epoll", kib=0.5) + sweep_of("coroutines", kib=2))
    summary = drawn.summary_of(folder)
    assert "| server | 100 connections | 1,000 connections |" in summary
    assert "| Title of epoll | 0.50 KiB | 0.50 KiB |" in summary
    assert "| server | 1 connection | 100 connections | 1,000 connections |" in summary
