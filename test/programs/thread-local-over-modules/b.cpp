#include <string>

static int calls;
static int compute() { return ++calls * 10; }
thread_local std::string dynamic = "made ";
thread_local int constant = 5;
thread_local int computed = compute();
inline thread_local std::string shared_inline = "inline";
std::string *b_inline() { return &shared_inline; }
