// Danger: exit() inside the program runs atexit handlers, destructors of statics and of this thread's thread_locals
// and destructor functions of all modules in the native order, and then flushes.
#include <cstdio>
#include <cstdlib>

struct Speaker {
  const char *name;
  explicit Speaker(const char *n) : name(n) { printf("+%s\n", name); }
  ~Speaker() { printf("-%s\n", name); }
};

static Speaker early("a: static");
void deep_in_b(int depth);

Speaker &local() {
  static Speaker s("a: local static");
  return s;
}
thread_local Speaker in_thread("a: thread_local");

extern "C" void handler_1() { puts("handler 1"); }
extern "C" void handler_2() {
  puts("handler 2 adds one");
  atexit([] { puts("added late"); });
}
__attribute__((constructor(150))) static void first() {
  puts("construct 150");
  atexit([] { puts("handler of the constructor"); });
}
__attribute__((destructor)) static void last() { puts("destruct"); }
__attribute__((destructor(150))) static void very_last() { puts("destruct 150"); }

int main() {
  atexit(handler_1);
  local();
  atexit(handler_2);
  printf("%s\n", in_thread.name);
  Speaker automatic("a: automatic, not destroyed by exit");
  deep_in_b(3);
}
