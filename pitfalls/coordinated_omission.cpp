// A load generator that waits for each reply before it sends the next request. While the server
// stands still, the generator stands still with it, and the requests that were due meanwhile are
// sent afterwards, when the server is quick again. Counted from when it was sent, one request was
// slow; counted from when it was due, all were that a user would have sent meanwhile.
#include <fmt/format.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>
#include <vector>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/compute.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int requests = 60;
constexpr std::chrono::milliseconds between{5};
constexpr int stands_still_at = 20;
constexpr std::chrono::milliseconds standstill{150}, slow{50};

struct Request {
  Clock::time_point due, sent, answered;
};

// On the server's only thread.
Awaitable<> answer(int number, TimeLine& line) {
  if (number == stands_still_at) {
    const auto standing = line.holding("server stands still");
    hold_thread_for(standstill, ComputeKind::hold);
  }
  co_return;
}

Awaitable<> generate(std::vector<Request>& log, Executor server, TimeLine& line) {
  Timer timer{co_await asio::this_coro::executor};
  const auto start = Clock::now();
  for (int i = 0; i < requests; ++i) {
    const auto due = start + i * between;
    timer.expires_at(due);
    co_await timer.async_wait();
    const auto waiting = line.pending("request");
    const auto sent = Clock::now();
    co_await co_spawn(server, answer(i, line), as_awaitable);
    log.push_back({due, sent, Clock::now()});
  }
}

Duration since_sent(const Request& request) {
  return request.answered - request.sent;
}

Duration since_due(const Request& request) {
  return request.answered - request.due;
}

using Latency = Duration (*)(const Request& request);

std::vector<Duration> sorted(const std::vector<Request>& log, Latency latency) {
  std::vector<Duration> latencies(log.size());
  std::ranges::transform(log, latencies.begin(), latency);
  std::ranges::sort(latencies);
  return latencies;
}

auto count_slow(const std::vector<Duration>& latencies) {
  return std::ranges::count_if(latencies, [](Duration latency) { return latency >= slow; });
}

Outcome measure(Latency latency, TimeLine& line) {
  std::vector<Request> log;
  asio::io_context loop{1};
  Workers server{1};
  co_spawn(loop, generate(log, server.executor(), line), rethrow);
  run_on_threads(loop, 1, line, "the generator");

  const auto reported = sorted(log, latency);
  const auto slow_reported = count_slow(reported);
  const auto slow_in_truth = count_slow(sorted(log, since_due));
  const Duration p90 = reported.at(reported.size() * 9 / 10 - 1);
  return {.symptom = slow_reported < slow_in_truth,
          .happened = fmt::format("slower than {} ms: {} of {} requests as reported, {} in truth; "
                                  "reported p90: {:.1f} ms, worst: {:.0f} ms",
                                  slow.count(), slow_reported, requests, slow_in_truth, in_ms(p90),
                                  in_ms(reported.back())),
          .measures = {{"slow_requests_left_out", slow_in_truth - slow_reported},
                       {"p90", p90},
                       {"worst", reported.back()}}};
}

Outcome broken(TimeLine& line) {
  return measure(since_sent, line);
}

Outcome fixed(TimeLine& line) {
  return measure(since_due, line);
}

}  // namespace

constinit const Pitfall coordinated_omission{
    .name = "coordinated_omission",
    .title = "Latency that is counted from when a request was sent",
    .expected = "a server that stands still for 150 ms of 300 shows in the latencies",
    .symptom = "one request in sixty is reported as slow, and p90 is that of a server at work",
    .why =
        "while it waits for a reply the generator sends nothing: it leaves out the requests that "
        "would have waited",
    .cure = "latency counts from when the request was due, whenever it was sent",
    .measure = "slow_requests_left_out",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
