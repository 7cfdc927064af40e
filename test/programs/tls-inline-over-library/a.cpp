// Danger: an inline or weak thread_local that program, native object and library all define is one variable.
#include "all.h"
#include <cstdio>
#include <thread>
static void show(const char *who) {
  void *p = library_add(3), *q = part_add(10);
  std::printf("%s %d %d %d %d\n", who, shared_number, p == &shared_number, q == &shared_number, library_text() == &shared_text);
  shared_text += who;
  std::printf("%s %d\n", library_text()->c_str(), weak_number += library_weak());
}
int main() {
  show("main");
  std::thread(show, "thread").join();
  show("again");
  return 0;
}
