// Danger: coroutines are split into functions that refer to each other, resumed from other threads, destroyed half way,
// and throw.
// native-ldflags: -pthread
// cflags: -O2
// cflags: -O0
#include <coroutine>
#include <cstdio>
#include <exception>
#include <thread>

template <typename T> struct Generator {
  struct promise_type {
    T value;
    std::exception_ptr error;
    Generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T v) {
      value = v;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { error = std::current_exception(); }
  };
  std::coroutine_handle<promise_type> handle;
  bool next() {
    handle.resume();
    if (handle.promise().error)
      std::rethrow_exception(handle.promise().error);
    return !handle.done();
  }
  T value() { return handle.promise().value; }
  ~Generator() { handle.destroy(); }
};
struct Speaker {
  const char *name;
  ~Speaker() { printf("~%s\n", name); }
};
static Generator<int> fibonacci(int limit) {
  Speaker s{"fibonacci"};
  int a = 0, b = 1;
  while (a < limit) {
    co_yield a;
    int c = a + b;
    a = b;
    b = c;
  }
}
static Generator<const char *> thrower() {
  Speaker s{"thrower"};
  co_yield "before";
  throw 5;
}
int main() {
  {
    auto g = fibonacci(50);
    while (g.next())
      printf("%d ", g.value());
    puts("");
  }
  {
    auto g = fibonacci(1000);
    g.next();
    std::thread([&] { g.next(); }).join();
    printf("%d\n", g.value());
  }
  auto t = thrower();
  try {
    while (t.next())
      puts(t.value());
  } catch (int i) {
    printf("caught %d\n", i);
  }
}
