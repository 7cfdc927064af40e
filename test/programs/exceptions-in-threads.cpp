// Danger: unwind tables are registered while other threads search them: eight threads throw through functions that
// are just being compiled.
// native-ldflags: -pthread
#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

static std::atomic<int> caught, destroyed;
struct Counted {
  ~Counted() { destroyed++; }
};
template <int N> struct Error : std::runtime_error {
  Error() : std::runtime_error(std::to_string(N)) {}
};
template <int N> __attribute__((noinline)) void thrower(int x) {
  Counted c;
  if (x >= 0)
    throw Error<N>();
}
template <int N> __attribute__((noinline)) int catcher(int x) {
  try {
    Counted c;
    thrower<N>(x);
  } catch (const Error<N> &e) {
    caught++;
    return std::stoi(e.what());
  }
  return -1;
}
template <int... N> int all(int from, std::integer_sequence<int, N...>) {
  int (*const table[])(int) = {catcher<N>...};
  int sum = 0;
  for (int i = 0; i < (int)sizeof...(N); i++)
    sum += table[(i + from) % sizeof...(N)](i);
  return sum;
}
int main() {
  std::vector<std::thread> threads;
  std::vector<int> sums(8);
  for (int i = 0; i < 8; i++)
    threads.emplace_back([&, i] { sums[i] = all(i * 3, std::make_integer_sequence<int, 40>()); });
  for (auto &t : threads)
    t.join();
  int equal = 0;
  for (int s : sums)
    equal += s == sums[0];
  printf("%d %d %d %d\n", equal, sums[0], caught.load(), destroyed.load());
}
