// bare_echo: the least that echoes. One thread, epoll, no library: what echo_server is measured by.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <system_error>

namespace {

int checked(int result, const char* what) {
  if (result == -1) throw std::system_error{errno, std::system_category(), what};
  return result;
}

// On 127.0.0.1, at a port that the kernel chose, and says so as echo_server does.
int listen_somewhere() {
  const int listener = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  checked(bind(listener, any, size), "bind");
  checked(listen(listener, SOMAXCONN), "listen");
  checked(getsockname(listener, any, &size), "getsockname");
  std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

void watch(int epoll, int descriptor) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
  checked(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

// Closes the connection at its end, and on any error: the load tells if it missed something.
void echo(int connection) {
  std::array<char, 65536> buffer;
  const ssize_t count = read(connection, buffer.data(), buffer.size());
  if (count > 0 && write(connection, buffer.data(), static_cast<size_t>(count)) == count) return;
  if (count == -1 && errno == EAGAIN) return;
  close(connection);
}

void serve() {
  const int listener = listen_somewhere();
  const int epoll = checked(epoll_create1(0), "epoll_create1");
  watch(epoll, listener);
  std::array<epoll_event, 128> events;
  while (true) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int ready = events[static_cast<size_t>(i)].data.fd;
      if (ready != listener) {
        echo(ready);
        continue;
      }
      const int connection = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
      if (connection != -1) watch(epoll, connection);
    }
  }
}

}  // namespace

int main() try {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // serves until whoever started it ends
  serve();
} catch (const std::system_error& error) {
  std::fprintf(stderr, "bare_echo: %s\n", error.what());
  return 1;
}
