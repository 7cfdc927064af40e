// A program with loops, branches, switches and errors, for the comparison with LLVM.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
	int key;
	struct node *left, *right;
};

static void fail(const char *what) {
	fprintf(stderr, "%s\n", what);
	exit(1);
}

static struct node *insert(struct node *n, int key) {
	if (!n) {
		n = malloc(sizeof *n);
		if (!n)
			fail("no memory");
		n->key = key;
		n->left = n->right = NULL;
	} else if (key < n->key) {
		n->left = insert(n->left, key);
	} else if (key > n->key) {
		n->right = insert(n->right, key);
	}
	return n;
}

static int find(const struct node *n, int key) {
	while (n && n->key != key)
		n = key < n->key ? n->left : n->right;
	return n != NULL;
}

int count_words(const char *s) {
	int words = 0, inside = 0;
	for (; *s; s++) {
		switch (*s) {
		case ' ':
		case '\t':
		case '\n':
			inside = 0;
			break;
		case '#':
			return words;
		default:
			if (!inside)
				words++;
			inside = 1;
		}
	}
	return words;
}

void multiply(int n, const double *a, const double *b, double *c) {
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			double sum = 0;
			for (int k = 0; k < n; k++) {
				if (a[i * n + k] == 0)
					continue;
				sum += a[i * n + k] * b[k * n + j];
			}
			c[i * n + j] = sum;
		}
}

int parse(const char *s, long *out) {
	int negative = 0;
	if (strcmp(s, "none") == 0)
		return -1;
	if (*s == '-') {
		negative = 1;
		s++;
	}
	long value = 0;
	do {
		if (*s < '0' || *s > '9')
			return 0;
		value = value * 10 + (*s++ - '0');
	} while (*s);
	*out = negative ? -value : value;
	return 1;
}

int main(int argc, char **argv) {
	struct node *root = NULL;
	long value;
	for (int i = 1; i < argc; i++) {
		int ok = parse(argv[i], &value);
		if (ok < 0)
			continue;
		if (!ok)
			fail(argv[i]);
		root = insert(root, (int)value);
	}
	for (int i = 0; i < 100; i++)
		if (find(root, i))
			printf("%d %d\n", i, count_words(argv[0]));
	return 0;
}
