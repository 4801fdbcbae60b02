// Asking for readiness in a loop. The answers come in time, and a core is burnt for the questions:
// a space heater. The same call blocks on all sources at once, if it is given the time.
#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/connect_pipe.hpp>
#include <asio/read.hpp>
#include <asio/readable_pipe.hpp>
#include <asio/writable_pipe.hpp>
#include <asio/write.hpp>
#include <thread>

#include "pitfalls/pieces.hpp"
#include "pitfalls/table.hpp"
#include "support/time.hpp"

namespace waitbench::pitfalls {
namespace {

constexpr int messages = 4;
constexpr std::chrono::milliseconds between_messages{50};
constexpr int not_at_all = 0;  // how long poll() may block
constexpr int for_ever = -1;

// Two sources that take turns, a message each 50 ms.
void send_to(std::array<asio::writable_pipe, 2>& sources) {
  for (int i = 0; i < messages; ++i) {
    std::this_thread::sleep_for(between_messages);
    asio::write(sources.at(static_cast<size_t>(i) % 2), asio::buffer("!", 1));
  }
}

Outcome receive(int timeout, TimeLine& line) {
  asio::io_context context;
  std::array<asio::readable_pipe, 2> pipes{asio::readable_pipe{context},
                                           asio::readable_pipe{context}};
  std::array<asio::writable_pipe, 2> sources{asio::writable_pipe{context},
                                             asio::writable_pipe{context}};
  for (size_t i = 0; i < 2; ++i) asio::connect_pipe(pipes.at(i), sources.at(i));
  const std::jthread sender{[&] { send_to(sources); }};

  const auto receiving = line.holding("receiving");
  const auto before = cpu_time_of_this_thread();
  long in_vain = 0;
  for (int received = 0; received < messages;) {
    std::array<pollfd, 2> watched{
        {{pipes[0].native_handle(), POLLIN, 0}, {pipes[1].native_handle(), POLLIN, 0}}};
    if (poll(watched.data(), watched.size(), timeout) == 0) ++in_vain;
    for (size_t i = 0; i < 2; ++i) {
      if (!(watched.at(i).revents & POLLIN)) continue;
      std::array<char, 1> message;
      asio::read(pipes.at(i), asio::buffer(message));
      line.event("message");
      ++received;
    }
  }
  const Duration burnt = cpu_time_of_this_thread() - before;
  return {
      .symptom = in_vain > messages,
      .happened = fmt::format("{} messages; asked {} times in vain, for {:.1f} ms of CPU time",
                              messages, in_vain, in_ms(burnt)),
      .measures = {
          {"asked_in_vain", in_vain}, {"cpu_time", burnt}, {"time", line.longest("receiving")}}};
}

Outcome broken(TimeLine& line) {
  return receive(not_at_all, line);
}

Outcome fixed(TimeLine& line) {
  return receive(for_ever, line);
}

}  // namespace

constinit const Pitfall busy_wait{
    .name = "busy_wait",
    .title = "Asking again and again",
    .expected = "a program that waits uses no CPU",
    .symptom = "a core is busy for all of the wait",
    .why = "a question that is answered at once with \"not yet\" is asked again at once",
    .cure = "block on all sources at once: select, poll, epoll, or an event loop on top of them",
    .measure = "asked_in_vain",
    .broken = broken,
    .fixed = fixed};

}  // namespace waitbench::pitfalls
