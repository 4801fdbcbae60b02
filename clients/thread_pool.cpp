// Thread pool: blocking tasks in a queue, and several threads that take one after the other from
// it. The threads are bounded, but a thread that waits is a thread that can't work: a task that
// finds them all blocked does not even start. Predicted: ceil(N/T)(c+r+k), 14 s for the three
// default tasks.
#include <asio/post.hpp>
#include <future>
#include <vector>

#include "task/blocking.hpp"
#include "task/client_main.hpp"

namespace waitbench {

void run_all_tasks(const Options& options, EventLog& log) {
  asio::io_context queue{options.threads};
  for (int id = 1; id <= options.tasks; ++id)
    post(queue, [id, &options, &log] { run_blocking_task(id, options, log); });
  std::vector<std::future<size_t>> threads;
  for (int i = 0; i < options.threads; ++i)
    threads.push_back(std::async(std::launch::async, [&] { return queue.run(); }));
  for (auto& thread : threads) thread.get();  // throws what made a task fail
}

}  // namespace waitbench

int main(int argc, char** argv) {
  return waitbench::client_main(argc, argv, waitbench::run_all_tasks);
}
