// Danger: thread_local objects with constructors used from another module go through a wrapper function and an
// initialiser that may or may not exist (extern_weak, alias).
// native-ldflags: -pthread
// cflags: -O2
// cflags: -O0
#include <cstdio>
#include <string>
#include <thread>

extern thread_local std::string dynamic;
extern thread_local int constant;
extern thread_local int computed;
inline thread_local std::string shared_inline = "inline";
std::string *b_inline();

static void show(const char *who) {
  dynamic += who;
  constant++;
  printf("%s %s %d %d %d\n", who, dynamic.c_str(), constant, computed, b_inline() == &shared_inline);
}
int main() {
  show("main");
  std::thread(show, "thread").join();
  show("main");
}
