static __attribute__((used)) int private_name(int x) { return x * 11; }
int public_name(int) __attribute__((alias("private_name")));

int value = 1;
extern int other_name __attribute__((alias("value")));

static __attribute__((used)) int fallback(void) { return 1; }
int replaced(void) __attribute__((weak, alias("fallback")));
int call_replaced(void) { return replaced(); }
