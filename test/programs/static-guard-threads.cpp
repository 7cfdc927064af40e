// Danger: a local static is made once though many threads come first together; a constructor that throws lets the next
// one try again.
// native-ldflags: -pthread
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

static std::atomic<int> made, tries;
struct Once {
  Once() { made++; }
};
struct Throwing {
  Throwing() {
    if (++tries < 3)
      throw tries.load();
  }
};
static void use() {
  static Once once;
  (void)once;
  try {
    static Throwing throwing;
    (void)throwing;
  } catch (int) {
  }
}
int main() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; i++)
    threads.emplace_back(use);
  for (auto &t : threads)
    t.join();
  printf("%d %d\n", made.load(), tries.load());
}
