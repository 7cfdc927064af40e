/* Calls the tests of a module with their inputs and prints for each a hash of its outputs, in which all NaN are one.
   With names of tests as arguments it prints inputs and outputs of these instead. A test that a signal ends is one with
   this as its result. */

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(const void *in, void *out);
	const unsigned char *inputs;
	const char *layout; /* of the outputs, a letter a cell: i, f, d, x */
	int tuples, size;   /* how many inputs, and their size in bytes */
};

enum { cell = 16, cells = 256 };

static sigjmp_buf start;
static char stack[1 << 16];

static void caught(int signal) { siglongjmp(start, signal); }

/* canonical makes every NaN in a cell the same. */
static void canonical(char kind, unsigned char *p) {
	for (int i = 0; kind == 'f' && i < 4; i++) {
		float f;
		memcpy(&f, p + 4 * i, sizeof f);
		if (isnan(f))
			memcpy(p + 4 * i, &(float){NAN}, sizeof f);
	}
	for (int i = 0; kind == 'd' && i < 2; i++) {
		double d;
		memcpy(&d, p + 8 * i, sizeof d);
		if (isnan(d))
			memcpy(p + 8 * i, &(double){NAN}, sizeof d);
	}
	if (kind == 'x') {
		uint64_t significand;
		uint16_t exponent;
		memcpy(&significand, p, sizeof significand);
		memcpy(&exponent, p + 8, sizeof exponent);
		if ((exponent & 0x7fff) == 0x7fff && significand << 1)
			memcpy(p, "\0\0\0\0\0\0\0\xc0\xff\x7f", 10);
		memset(p + 10, 0, 6); /* padding */
	}
}

static void print(const unsigned char *p, int n) {
	for (int i = 0; i < n; i++) {
		printf(" ");
		for (int k = cell - 1; k >= 0; k--)
			printf("%02x", p[i * cell + k]);
	}
}

static void test(const struct test *t, int verbose) {
	static _Alignas(64) unsigned char out[cells * cell];
	volatile uint64_t hash = 14695981039346656037u; /* FNV-1a */
	int width = strlen(t->layout);
	for (volatile int i = 0; i < t->tuples; i++) {
		const unsigned char *in = t->inputs + i * t->size;
		memset(out, 0, width * cell);
		int signal = sigsetjmp(start, 1);
		if (!signal)
			t->run(in, out);
		for (int k = 0; k < width; k++)
			canonical(t->layout[k], out + k * cell);
		if (verbose) {
			printf("%s(", t->name);
			print(in, t->size / cell);
			printf(" ) =");
			print(out, width);
			printf(signal ? " and signal %d\n" : "\n", signal);
		}
		uint64_t h = (hash ^ signal) * 1099511628211u;
		for (int k = 0; k < width * cell; k++)
			h = (h ^ out[k]) * 1099511628211u;
		hash = h;
	}
	if (!verbose)
		printf("%s %016llx\n", t->name, (unsigned long long)hash);
}

int drive(int argc, char **argv, const struct test *tests, int n) {
	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
	struct sigaction action = {.sa_handler = caught, .sa_flags = SA_ONSTACK | SA_NODEFER};
	int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
	for (int i = 0; i < n; i++) {
		int wanted = argc == 1;
		for (int k = 1; k < argc && !wanted; k++)
			wanted = !strcmp(argv[k], tests[i].name);
		if (wanted)
			test(&tests[i], argc > 1);
	}
	return 0;
}

/* clobber changes every register that a call may change. */
void clobber(void) {
	__asm__ volatile("mov $0x5555555555555555, %%rax\n mov %%rax, %%rcx\n mov %%rax, %%rdx\n mov %%rax, %%rsi\n"
			 "mov %%rax, %%rdi\n mov %%rax, %%r8\n mov %%rax, %%r9\n mov %%rax, %%r10\n mov %%rax, %%r11\n"
			 "movq %%rax, %%xmm0\n punpcklqdq %%xmm0, %%xmm0\n movaps %%xmm0, %%xmm1\n movaps %%xmm0, %%xmm2\n"
			 "movaps %%xmm0, %%xmm3\n movaps %%xmm0, %%xmm4\n movaps %%xmm0, %%xmm5\n movaps %%xmm0, %%xmm6\n"
			 "movaps %%xmm0, %%xmm7\n movaps %%xmm0, %%xmm8\n movaps %%xmm0, %%xmm9\n movaps %%xmm0, %%xmm10\n"
			 "movaps %%xmm0, %%xmm11\n movaps %%xmm0, %%xmm12\n movaps %%xmm0, %%xmm13\n movaps %%xmm0, %%xmm14\n"
			 "movaps %%xmm0, %%xmm15\n" ::
				 : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3",
				   "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
				   "xmm15", "cc", "memory");
}
