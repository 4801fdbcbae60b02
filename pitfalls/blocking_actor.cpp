// An actor, one thread with a queue of messages, that fetches a large object in one call. Its other
// messages pile up at the door. In the cure it asks and returns; a provider sends the object in
// chunks through the actor's own queue, and the other messages are answered in between.
#include <fmt/format.h>

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "task/compute.hpp"
#include "task/workers.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int chunks = 10;  // of each object
constexpr int requests = 5;

struct Request {};
struct Fetch {
  std::string object;
};
struct Chunk {  // tells which one it is: chunks of several objects come through one queue
  std::string object;
  int part = 0;
  bool last = false;
};

// Reads the object on the provider's thread, which takes a chunk of each in turn.
void read(Executor provider, const std::string& object, const auto& take, int part = 0) {
  asio::post(provider, [=] {
    hold_thread_for(std::chrono::milliseconds{15}, ComputeKind::hold);
    take(Chunk{object, part, part + 1 == chunks});
    if (part + 1 < chunks) read(provider, object, take, part + 1);
  });
}

struct Actor {
  void send(const auto& message) {  // from any thread
    asio::post(mailbox, [=, this] { receive(message); });
  }
  void receive(const Fetch& fetch) { on_fetch(*this, fetch.object); }
  void receive(const Chunk& chunk) {
    line.event(chunk.object);
    if (chunk.last && line.count(chunk.object) == chunk.part + 1) line.event("whole");
  }
  void receive(const Request&) { line.event("answer"); }

  void (*on_fetch)(Actor& actor, const std::string& object);
  TimeLine& line;
  asio::io_context mailbox{1};
  Workers provider{1};
};

void fetch_in_one_call(Actor& actor, const std::string& object) {
  const auto fetching = actor.line.holding("fetching");
  const auto whole = std::make_shared<std::promise<void>>();
  read(actor.provider.executor(), object, [&actor, whole](const Chunk& chunk) {
    actor.receive(chunk);  // as long as the actor is blocked
    if (chunk.last) whole->set_value();
  });
  whole->get_future().wait();
}

void ask_and_return(Actor& actor, const std::string& object) {
  read(actor.provider.executor(), object,
       [&actor, open = make_work_guard(actor.mailbox)](const Chunk& chunk) { actor.send(chunk); });
}

Outcome serve(void (*on_fetch)(Actor& actor, const std::string& object), TimeLine& line) {
  Actor actor{on_fetch, line};
  actor.send(Fetch{"chunk of one"});
  actor.send(Fetch{"chunk of the other"});
  const std::jthread others{[&, open = make_work_guard(actor.mailbox)] {
    for (int i = 0; i < requests; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
      line.event("request");
      actor.send(Request{});
    }
  }};
  run_on_threads(actor.mailbox, 1, line, "the actor");

  const int meanwhile = line.count_before("answer", "whole");
  return {.symptom = meanwhile == 0,
          .happened = fmt::format("{} of {} requests were answered before an object was whole",
                                  meanwhile, requests),
          .measures = {{"answered_meanwhile", meanwhile},
                       {"longest_wait", line.from_to_first("request", "answer")},
                       {"objects_whole", line.count("whole")}}};
}

Outcome broken(TimeLine& line) {
  return serve(fetch_in_one_call, line);
}

Outcome fixed(TimeLine& line) {
  return serve(ask_and_return, line);
}

}  // namespace

constinit const Pitfall blocking_actor{
    .name = "blocking_actor",
    .title = "An actor that fetches in one call",
    .expected = "an actor answers while it fetches",
    .symptom = "its messages pile up until the fetch is done",
    .why = "an actor has one thread and takes one message at a time, and the fetch is one message",
    .cure = "it asks and returns; a provider sends chunks through the actor's own queue",
    .measure = "answered_meanwhile",
    .better = Better::more,
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
