// Danger: constructors and destructors run by priority over all modules, not module by module; within one
// priority constructors in link order and destructors in the opposite one.
#include <stdio.h>

__attribute__((constructor)) static void construct(void) { puts("a: construct"); }
__attribute__((constructor(200))) static void construct_200(void) { puts("a: construct 200"); }
__attribute__((constructor(101))) static void construct_101(void) { puts("a: construct 101"); }
__attribute__((constructor)) static void construct_second(void) { puts("a: construct, second"); }
__attribute__((destructor)) static void destruct(void) { puts("a: destruct"); }
__attribute__((destructor(200))) static void destruct_200(void) { puts("a: destruct 200"); }
__attribute__((destructor(101))) static void destruct_101(void) { puts("a: destruct 101"); }
__attribute__((destructor)) static void destruct_second(void) { puts("a: destruct, second"); }

