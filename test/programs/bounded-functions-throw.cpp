// Danger: functions in a section of which the program sees the bounds throw and catch exceptions.
#include <cstdio>
#include <stdexcept>
extern "C" char __start_steps[], __stop_steps[];
__attribute__((section("steps"), noinline, used)) int thrower(int x){ if(x>2) throw std::runtime_error("x"); return x; }
__attribute__((section("steps"), noinline, used)) int catcher(int x){ try { return thrower(x); } catch (std::exception&e) { return -1; } }
int main(){ int a=catcher(1), b=catcher(5); int c=0; try { thrower(9);} catch(...) {c=3;} printf("%d %d %d %d\n",a,b,c,__stop_steps > (char *)&catcher); }
