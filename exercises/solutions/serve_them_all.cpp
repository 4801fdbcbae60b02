// Solution: serve() is spawned, not awaited, so the next connection is accepted at once, and each
// waits with a timer of its own. The loop has one thread, so Records needs no lock.
#include <unistd.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace {

using asio::use_awaitable;
using asio::ip::tcp;
using std::chrono::nanoseconds;

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

// --- What it leaves on record --------------------------------------------------------------------

struct Records {
  int accepted = 0;
  int closed = 0;
  std::string rows = "task,step,ns,thread\n";
};

// A row without its task, which is known when the first bytes have come.
std::string row(const std::string& step) {
  const nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
  return "," + step + "," + std::to_string(now.count()) + "," + std::to_string(gettid()) + "\n";
}

// "task7" is task 7; anything else is nobody's.
std::string task_of(const std::string& label) {
  const bool is_task = label.starts_with("task") && label.size() > 4 &&
                       label.find_first_not_of("0123456789", 4) == label.npos;
  return is_task ? label.substr(4) : "0";
}

long peak_memory_bytes() {
  std::ifstream status{"/proc/self/status"};
  long kilobytes = 0;
  for (std::string word; status >> word;)
    if (word == "VmHWM:") status >> kilobytes;
  return kilobytes * 1024;
}

void write(const Records& records, std::map<std::string, std::string>& options) {
  std::ofstream{options["--events"]} << records.rows;
  std::ofstream{options["--report"]} << R"({"ending": "ok", "message": "", "started": )"
                                     << records.accepted << R"(, "finished": )" << records.closed
                                     << R"(, "peak_rss_bytes": )" << peak_memory_bytes() << "}\n";
}

// --- Serving -------------------------------------------------------------------------------------

// Echoes whatever comes, beginning `response` after the connection was accepted.
asio::awaitable<void> serve(tcp::socket socket, nanoseconds response, Records& records) {
  ++records.accepted;
  std::vector<std::string> rows{row("accepted")};
  asio::steady_timer timer{socket.get_executor(), response};
  co_await timer.async_wait(use_awaitable);

  std::string label;
  std::array<char, 1024> buffer;
  for (;;) {
    asio::error_code error;
    const size_t size = co_await socket.async_read_some(asio::buffer(buffer),
                                                        asio::redirect_error(use_awaitable, error));
    if (error) break;  // the peer has closed
    if (label.empty()) {
      label.assign(buffer.data(), size);
      rows.push_back(row("echoed"));
    }
    co_await asio::async_write(socket, asio::buffer(buffer, size), use_awaitable);
  }
  rows.push_back(row("closed"));
  ++records.closed;
  if (label.empty()) co_return;
  for (const std::string& one : rows) records.rows += task_of(label) + one;
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, nanoseconds response, Records& records) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    co_spawn(acceptor.get_executor(), serve(std::move(socket), response, records), rethrow);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  const nanoseconds response{std::stoll(options["--response"])};
  const auto port = static_cast<unsigned short>(std::stoi(options["--port"]));

  asio::io_context loop{1};
  asio::signal_set signals{loop, SIGINT, SIGTERM};
  signals.async_wait([&](asio::error_code, int) { loop.stop(); });
  tcp::acceptor acceptor{loop, {asio::ip::make_address(options["--host"]), port}};
  std::cout << "listening on " << acceptor.local_endpoint() << std::endl;

  Records records;
  co_spawn(loop, accept_all(acceptor, response, records), rethrow);
  loop.run();
  write(records, options);
}
