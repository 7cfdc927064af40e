// Danger: exceptions pass stubs and units: thrown in one module, through C frames and libc's qsort, caught in another
// by type; rethrown, nested, kept in exception_ptr over threads, thrown by libraries; frames registered in time.
// native-ldflags: -pthread
// cflags: -O2 -fexceptions
// cflags: -O0 -fexceptions
#include "shared.h"
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

Trace::~Trace() { printf("~%s\n", name); }

__attribute__((noinline)) static void catcher(int kind) {
  Trace t("catcher");
  try {
    Trace u("try");
    call_through_c(thrower, kind);
    printf("no exception for %d\n", kind);
  } catch (const Failure &f) {
    printf("failure %d %s\n", f.code, f.what());
  } catch (const std::exception &e) {
    printf("exception %s\n", e.what());
  } catch (int i) {
    printf("int %d\n", i);
  } catch (const char *text) {
    printf("text %s\n", text);
  } catch (...) {
    puts("anything");
  }
}

__attribute__((noinline)) static void rethrower() {
  try {
    thrower(1);
  } catch (...) {
    Trace t("rethrow");
    throw;
  }
}
__attribute__((noinline)) static void nester() {
  try {
    rethrower();
  } catch (...) {
    std::throw_with_nested(std::logic_error("outer"));
  }
}
struct Member {
  Member(int i) {
    if (i == 2)
      throw Failure(i, "member");
  }
  ~Member() { puts("~Member"); }
};
struct Composite {
  Member a, b;
  Trace t;
  Member c;
  Composite() : a(0), b(1), t("part"), c(2) {}
};
static void function_try(int x)
try {
  thrower(x);
} catch (int i) {
  printf("function try %d\n", i);
}
static int compare(const void *a, const void *b) {
  if (*(const int *)a == 5)
    throw Failure(5, "in qsort");
  return *(const int *)a - *(const int *)b;
}
static int depth(int n) {
  Trace t("deep");
  return n == 0 ? (thrower(2), 1) : depth(n - 1) + 1;
}

int main() {
  for (int kind = 0; kind < 6; kind++)
    catcher(kind);
  try {
    nester();
  } catch (const std::exception &outer) {
    printf("%s\n", outer.what());
    try {
      std::rethrow_if_nested(outer);
    } catch (const Failure &inner) {
      printf("%s\n", inner.what());
    }
  }
  try {
    Composite composite;
  } catch (const Failure &f) {
    printf("%s\n", f.what());
  }
  function_try(2);
  try {
    int values[] = {3, 5, 1, 2};
    qsort(values, 4, sizeof(int), compare);
  } catch (const Failure &f) {
    printf("%s\n", f.what());
  }
  try {
    depth(3);
  } catch (int i) {
    printf("%d\n", i);
  }
  std::exception_ptr kept;
  std::thread([&] {
    try {
      thrower(1);
    } catch (...) {
      kept = std::current_exception();
    }
  }).join();
  try {
    std::rethrow_exception(kept);
  } catch (const Failure &f) {
    printf("from the thread: %d\n", f.code);
  }
  try {
    std::function<void(int)> empty;
    empty(1);
  } catch (const std::bad_function_call &) {
    puts("bad_function_call");
  }
  try {
    printf("%d\n", std::vector<int>{1, 2}.at(2));
  } catch (const std::out_of_range &) {
    puts("out_of_range");
  }
  try {
    printf("%d\n", std::stoi("word"));
  } catch (const std::invalid_argument &) {
    puts("invalid_argument");
  }
  printf("%d\n", std::uncaught_exceptions());
}
