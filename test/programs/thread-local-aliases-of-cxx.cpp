// Danger: a second name of a thread-local variable of C++, of one with a constructor, and a weak one.
#include <cstdio>
#include <thread>

struct Counter {
  int steps, start;
  Counter() : steps(2), start(40) {}
};
thread_local int plain = 5;
extern thread_local int second __attribute__((alias("plain")));
extern __thread int third __attribute__((weak, alias("plain")));
static thread_local int table[4] = {1, 2, 3, 4};
thread_local Counter counter;

static void show() {
  second++;
  third++;
  counter.start += counter.steps;
  table[1]++;
  printf("%d %d %d %d %d %d\n", plain, second, third, counter.start, table[1], &second == &plain);
}

int main() {
  show();
  std::thread(show).join();
  show();
}
