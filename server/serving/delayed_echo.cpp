// Runs a model, and beside it the look for idle peers.
#include "server/serving/delayed_echo.hpp"

#include <future>

#include "record/ending.hpp"
#include "server/models.hpp"

namespace waitbench {
namespace {

const ServerModel& model_to_be_had(std::string_view name) {
  const ServerModel& model = find_server_model(name);
  if (!model.serve) throw RefusalError(std::string{name} + " is not built here");
  if (model.check) model.check();
  return model;
}

}  // namespace

DelayedEcho::DelayedEcho(const ServerOptions& options)
    : model_(model_to_be_had(options.model)),
      serving_(
          std::make_unique<Serving>(options, model_.listens_per_thread ? options.threads : 1)) {}

DelayedEcho::~DelayedEcho() = default;

asio::ip::tcp::endpoint DelayedEcho::local_endpoint() const {
  return serving_->listeners.local_endpoint();
}

void DelayedEcho::run() {
  const auto looking = std::async(std::launch::async, [this] { look_for_idle_peers(); });
  try {
    model_.serve(*serving_);
  } catch (...) {
    stop();
    throw;
  }
}

void DelayedEcho::stop() {
  serving_->stop.request();
}

void DelayedEcho::look_for_idle_peers() {
  while (!serving_->stop.wait_until(serving_->sessions.end_idle())) continue;
  serving_->stop.tell();
  serving_->sessions.end_all();
}

DelayedEcho::Summary DelayedEcho::summary() const {
  return serving_->sessions.summary();
}

std::vector<Event> DelayedEcho::events() const {
  return serving_->sessions.events();
}

std::string DelayedEcho::refusal() const {
  return serving_->refusal();
}

}  // namespace waitbench
