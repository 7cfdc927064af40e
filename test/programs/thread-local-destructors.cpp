// Danger: thread_local objects are made at first use in each thread and destroyed at its end, in the opposite order,
// by first calls made while the thread ends; those of the main thread before the statics.
// native-ldflags: -pthread
#include <cstdio>
#include <string>
#include <thread>

struct Speaker {
  std::string name;
  explicit Speaker(const char *n) : name(n) { printf("+%s\n", name.c_str()); }
  ~Speaker() { printf("-%s\n", name.c_str()); }
};
static Speaker global("global");
thread_local Speaker first("first");
thread_local Speaker second("second");
struct Holder {
  ~Holder() { printf("holder sees %s\n", value.c_str()); }
  std::string value = "unset";
};

static void use(const char *who) {
  thread_local Holder holder;
  holder.value = who;
  printf("%s uses %s\n", who, second.name.c_str());
}

int main() {
  std::thread([] { use("thread"); }).join();
  std::thread([] { puts("thread without use"); }).join();
  use("main");
  std::thread([] { printf("%s\n", first.name.c_str()); }).join();
}
