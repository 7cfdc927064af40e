int half(int x) { return x / 2 + 1000; }
int (*pointer(void))(int) { return half; }
