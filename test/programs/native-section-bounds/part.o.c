extern char __start_handlers[], __stop_handlers[];
int other_handler(int);
__attribute__((section("numbers"), used)) int in_part[3] = {10, 20, 30};
__attribute__((section("only_object"), used)) static const char *const text = "text";
__attribute__((section("handlers"), noinline)) int part_handler(int x) { return x + 1; }
static int inside(void *f) { return (char *)f >= __start_handlers && (char *)f < __stop_handlers; }
int ranges(void) { return inside(part_handler) + 2 * inside(other_handler) + 4 * inside(ranges); }
