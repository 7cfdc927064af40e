#include <string.h>

static int counter = 200;
static _Thread_local int local = 2;
static const char *name[] = {"b", "module b"};

__attribute__((noinline)) static int step(int by) { return counter -= by; }
__attribute__((noinline)) static const char *label(int i) { return name[i]; }

int only_b(void) { return 7; }
int step_b(int by) { return step(by) + (int)strlen("four"); }
const char *label_b(int i) { return label(i); }
int local_b(void) { return local += 10; }
