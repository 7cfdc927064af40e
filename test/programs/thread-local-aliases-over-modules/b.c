__thread int value = 10;
static __thread int hidden = 20;
extern __thread int shared __attribute__((alias("value")));
extern __thread int replaced __attribute__((weak, alias("hidden")));
int own(void) { return value * 100 + hidden; }
