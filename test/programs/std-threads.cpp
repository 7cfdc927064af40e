// Danger: std::thread, async, promise, mutexes and condition variables; exceptions carried by futures; threads that
// end while others make first calls.
// native-ldflags: -pthread
#include <condition_variable>
#include <cstdio>
#include <future>
#include <mutex>
#include <numeric>
#include <queue>
#include <shared_mutex>
#include <stdexcept>
#include <thread>
#include <vector>

template <typename T> class Channel {
  std::queue<T> queue;
  std::mutex mutex;
  std::condition_variable ready;
  bool closed = false;

public:
  void send(T value) {
    std::lock_guard lock(mutex);
    queue.push(std::move(value));
    ready.notify_one();
  }
  void close() {
    std::lock_guard lock(mutex);
    closed = true;
    ready.notify_all();
  }
  bool receive(T &value) {
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return closed || !queue.empty(); });
    if (queue.empty())
      return false;
    value = std::move(queue.front());
    queue.pop();
    return true;
  }
};
int main() {
  Channel<int> work, results;
  std::vector<std::thread> workers;
  for (int i = 0; i < 6; i++)
    workers.emplace_back([&] {
      for (int n; work.receive(n);)
        results.send(n * n);
    });
  for (int i = 0; i < 200; i++)
    work.send(i);
  work.close();
  for (auto &w : workers)
    w.join();
  results.close();
  long sum = 0;
  for (int n; results.receive(n);)
    sum += n;
  printf("%ld\n", sum);

  auto future = std::async(std::launch::async, [](int n) {
    std::vector<int> v(n);
    std::iota(v.begin(), v.end(), 1);
    return std::accumulate(v.begin(), v.end(), 0L);
  }, 1000);
  auto failing = std::async(std::launch::async, []() -> int { throw std::runtime_error("in async"); });
  printf("%ld\n", future.get());
  try {
    failing.get();
  } catch (const std::runtime_error &e) {
    puts(e.what());
  }
  std::promise<int> promise;
  std::thread setter([&] { promise.set_value_at_thread_exit(11); });
  printf("%d\n", promise.get_future().get());
  setter.join();
  std::shared_mutex shared;
  std::shared_lock lock(shared);
  printf("%d\n", shared.try_lock_shared());
}
