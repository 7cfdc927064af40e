// Danger: std::call_once uses thread-locals that live in libstdc++.so (__once_call, __once_callable), so they must be
// reached by the real TLS of a shared library.
// native-ldflags: -pthread
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

static std::once_flag once, throwing;
static int calls, attempts;

int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; i++)
    threads.emplace_back([] {
      std::call_once(once, [] { calls++; });
      try {
        std::call_once(throwing, [] {
          if (++attempts < 3)
            throw std::runtime_error("again");
        });
      } catch (const std::runtime_error &) {
      }
    });
  for (auto &t : threads)
    t.join();
  printf("%d %d\n", calls, attempts);
}
