// A program with many kinds of symbols and statements, compiled by several versions of clang for TestCompare.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; long value; char name[13]; };
struct big { double d[9]; short s : 5; };
typedef int (*handler)(struct node *, int);

static __thread int depth;
_Thread_local struct node *head;
int common_like[1000];
static long counters[7] = {1, 2, 3};
extern int from_elsewhere __attribute__((weak));
const char *const words[] = {"zero", "one", "two", 0};
__attribute__((section("custom"), used)) static int in_section = 4;
long double wide = 1.5L;
_Complex float complex_number;
__int128 huge = 1;

__attribute__((weak)) int weak_function(int x) { return x + 1; }
__attribute__((visibility("hidden"))) int hidden_function(int x) { return x * from_elsewhere; }
int aliased(int x) { return x - 1; }
int other_name(int) __attribute__((alias("aliased")));
extern struct node *head_list;
struct node *head_list = 0;

static int (*resolve(void))(int) { return weak_function; }
int resolved(int) __attribute__((ifunc("resolve")));

static int count(struct node *n, int limit) {
	int c = 0;
	for (; n && c < limit; n = n->next) c += n->value > 0;
	return c;
}
static int sum(struct node *n, int limit) {
	long s = 0;
	while (n && limit--) s += n->value, n = n->next;
	return (int)s;
}
static handler handlers[] = {count, sum, 0};

__attribute__((constructor(201))) static void begin(void) { counters[0]++; }
__attribute__((destructor)) static void end(void) { counters[1]--; }

int variadic(const char *format, ...) {
	va_list ap;
	int n;
	va_start(ap, format);
	n = va_arg(ap, int) + (int)va_arg(ap, double);
	va_end(ap);
	return n;
}

struct big by_value(struct big b, float f) {
	for (int i = 0; i < 9; i++) b.d[i] *= f;
	b.s = 3;
	return b;
}

int interpret(const unsigned char *code) {
	static void *const labels[] = {&&stop, &&push, &&add, &&jump};
	int stack[16], top = 0;
	goto *labels[*code++ & 3];
push:
	stack[top++ & 15] = *code++;
	goto *labels[*code++ & 3];
add:
	top--;
	stack[top & 15] += stack[(top - 1) & 15];
	goto *labels[*code++ & 3];
jump:
	code += (signed char)*code;
	goto *labels[*code++ & 3];
stop:
	return stack[0];
}

int choose(int x, struct node *n) {
	if (__builtin_expect(x < 0, 0)) abort();
	switch (x) {
	case 0: return handlers[0](n, 10);
	case 1: return handlers[1](n, 20);
	case 5: return resolved(x);
	case 9: return other_name(x);
	case 1000: depth++; return depth;
	default: return variadic(words[x & 3], x, 2.0);
	}
}

unsigned mix(unsigned a, unsigned b) {
	__atomic_fetch_add(&counters[2], a, __ATOMIC_SEQ_CST);
	unsigned expected = b;
	__atomic_compare_exchange_n((unsigned *)&in_section, &expected, a, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	__asm__ volatile("rol $5, %0" : "+r"(a));
	return a ^ (b >> 3) ^ __builtin_popcount(expected);
}

typedef float vec __attribute__((vector_size(16)));
vec scale(vec v, float f) { return v * f + (vec){1, 2, 3, 4}; }

int main(int argc, char **argv) {
	struct node *n = malloc(sizeof *n);
	char vla[argc + 1];
	memset(vla, 0, sizeof vla);
	strcpy(n->name, "first");
	n->next = head, n->value = argc;
	head = n;
	huge *= argc;
	complex_number *= complex_number;
	printf("%d %d %s\n", choose(argc, n), interpret((const unsigned char *)"\0"), n->name);
	return mix(argc, 5) == hidden_function((int)by_value((struct big){{1}}, 2).d[0]) + vla[0];
}
