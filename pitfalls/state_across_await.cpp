// A decision on one side of an await, and the deed on the other. Between the two others run: on a
// strand, or on one thread, coroutines take turns, and an await is where the turn ends. A strand
// keeps two of them from running at the same time; it is no lock on what they decided.
#include <fmt/format.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"

namespace waitbench::pitfalls {
namespace {

struct Account {
  int balance = 100;
};

// asio::awaitable<> runs on any executor, the strand's included.
asio::awaitable<void> ask_the_bank() {
  asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{10}};
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> decide_await_pay(Account& account, TimeLine& line) {
  if (account.balance < 100) co_return line.event("refused");
  co_await ask_the_bank();
  account.balance -= 100;
  line.event("paid");
}

asio::awaitable<void> decide_pay_await(Account& account, TimeLine& line) {
  if (account.balance < 100) co_return line.event("refused");
  account.balance -= 100;
  co_await ask_the_bank();  // if it said no: += 100
  line.event("paid");
}

using Pay = asio::awaitable<void> (*)(Account& account, TimeLine& line);

Outcome pay_twice(Pay pay, TimeLine& line) {
  Account account;
  asio::io_context loop{2};
  const auto strand = make_strand(loop);
  for (int i = 0; i < 2; ++i) co_spawn(strand, pay(account, line), rethrow);
  run_on_threads(loop, 2, line);

  const int paid = line.count("paid");
  return {
      .symptom = account.balance < 0,
      .happened = fmt::format("of 2 payments of 100 from an account that held 100, {} were made "
                              "and {} refused: it holds {}",
                              paid, line.count("refused"), account.balance),
      .measures = {
          {"paid_too_much", 100 * paid - 100}, {"paid", paid}, {"refused", line.count("refused")}}};
}

Outcome broken(TimeLine& line) {
  return pay_twice(decide_await_pay, line);
}

Outcome fixed(TimeLine& line) {
  return pay_twice(decide_pay_await, line);
}

}  // namespace

constinit const Pitfall state_across_await{
    .name = "state_across_await",
    .title = "State that changes across an await",
    .expected = "on a strand nobody else touches the account meanwhile",
    .symptom = "both payments find enough, and the account is overdrawn",
    .why =
        "a strand runs one coroutine at a time up to its next await, and then another; what was "
        "true before need not be true after",
    .cure = "decide and do without an await in between (or decide again after it)",
    .measure = "paid_too_much",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
