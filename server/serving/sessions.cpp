// Keeps a list of the open sessions, and shuts down connections from outside, which ends any wait
// for them.
#include "server/serving/sessions.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <asio/error.hpp>

#include "task/compute.hpp"
#include "task/message.hpp"

namespace waitbench {

// --- One session ---------------------------------------------------------------------------------

Clock::time_point Session::due() const {
  return own_->accepted.time + all_->options_.delay;
}

void Session::received(std::string_view bytes) {
  if (all_->options_.work > Duration{0}) hold_thread_for(all_->options_.work, ComputeKind::burn);
  if (!std::exchange(own_->has_echoed, true)) all_->record_first_echo(*own_, bytes);
  own_->echoed_bytes += static_cast<std::int64_t>(bytes.size());
}

void Session::end(std::error_code reason) {
  if (!all_) return;
  std::exchange(all_, nullptr)->end(own_, reason && reason != asio::error::eof);
}

// --- All of them ---------------------------------------------------------------------------------

Session Sessions::admit(int descriptor) {
  const Event accepted{0, Step::accepted, Clock::now(), this_thread_id()};
  const std::lock_guard lock{mutex_};
  open_.emplace_back(accepted, accepted.time + options_.delay).descriptor = descriptor;
  ++summary_.accepted;
  summary_.most_at_once = std::max(summary_.most_at_once, static_cast<std::int64_t>(open_.size()));
  if (all_end_) shutdown(descriptor, SHUT_RDWR);
  return {*this, std::prev(open_.end())};
}

void Sessions::end(std::list<OpenSession>::iterator session, bool dropped) {
  const auto now = Clock::now();
  const std::lock_guard lock{mutex_};
  if (session->record)
    session->record->closed = {session->accepted.task, Step::closed, now, this_thread_id()};
  summary_.echoed_bytes += session->echoed_bytes;
  if (session->was_idle || (dropped && !stop_.requested())) ++summary_.dropped;
  open_.erase(session);
  if (open_.empty()) one_has_ended_.notify_all();
}

Clock::time_point Sessions::end_idle() {
  const auto now = Clock::now();
  const auto rest = std::max<Duration>(options_.idle_timeout / 16, std::chrono::milliseconds{5});
  auto due = now + options_.idle_timeout;
  const std::lock_guard lock{mutex_};
  for (OpenSession& session : open_) {
    const auto end = session.active_at.load(std::memory_order_relaxed) + options_.idle_timeout;
    if (end > now) {
      due = std::min(due, end);
    } else if (!std::exchange(session.was_idle, true)) {
      shutdown(session.descriptor, SHUT_RDWR);
    }
  }
  return std::max(due, now + rest);
}

void Sessions::end_all() {
  const std::lock_guard lock{mutex_};
  all_end_ = true;
  for (const OpenSession& session : open_) shutdown(session.descriptor, SHUT_RDWR);
}

void Sessions::wait_until_none_is_open() {
  std::unique_lock lock{mutex_};
  one_has_ended_.wait(lock, [this] { return open_.empty(); });
}

// --- Records -------------------------------------------------------------------------------------

void Sessions::record_first_echo(OpenSession& session, std::string_view bytes) {
  if (!options_.record) return;
  const int task = task_of(bytes);
  const Event echoed{task, Step::echoed, Clock::now(), this_thread_id()};
  session.accepted.task = task;
  {
    const std::lock_guard lock{mutex_};
    session.record = &records_.emplace_back(session.accepted, echoed, Event{});
  }
  if (!options_.board || !options_.board->has_task(task)) return;
  options_.board->put(session.accepted);
  options_.board->put(echoed);
}

DelayedEcho::Summary Sessions::summary() const {
  const std::lock_guard lock{mutex_};
  return summary_;
}

std::vector<Event> Sessions::events() const {
  auto records = records_;
  std::ranges::stable_sort(records, {},
                           [](const ConnectionRecord& record) { return record.echoed.time; });
  std::vector<Event> events;
  for (const auto& [accepted, echoed, closed] : records)
    events.insert(events.end(), {accepted, echoed, closed});
  return events;
}

}  // namespace waitbench
