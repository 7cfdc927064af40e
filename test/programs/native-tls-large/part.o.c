__thread int in_part[100000] = {[5] = 3};
static __thread char text[70000];
int part(int x) { text[69999] += x; return in_part[5] + text[69999]; }
