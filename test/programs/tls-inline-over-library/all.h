#include <string>
inline thread_local int shared_number = 4;
inline thread_local std::string shared_text = "text:";
extern "C" __attribute__((weak)) thread_local int weak_number = 50;
extern "C" void *library_add(int), *part_add(int);
int library_weak();
std::string *library_text();
