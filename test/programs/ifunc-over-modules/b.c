static int one(int x) { return 100 + x; }
static int (*choose(void))(int) { return one; }
int chosen(int) __attribute__((ifunc("choose")));
