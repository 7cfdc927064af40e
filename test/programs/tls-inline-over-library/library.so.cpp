#include "all.h"
extern "C" void *library_add(int k) { shared_number += k; return &shared_number; }
int library_weak() { return ++weak_number; }
std::string *library_text() { return &shared_text; }
