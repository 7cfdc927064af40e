#include <stdio.h>

__attribute__((constructor)) static void construct(void) { puts("c: construct"); }
__attribute__((constructor(200))) static void construct_200(void) { puts("c: construct 200"); }
__attribute__((constructor(101))) static void construct_101(void) { puts("c: construct 101"); }
__attribute__((constructor)) static void construct_second(void) { puts("c: construct, second"); }
__attribute__((destructor)) static void destruct(void) { puts("c: destruct"); }
__attribute__((destructor(200))) static void destruct_200(void) { puts("c: destruct 200"); }
__attribute__((destructor(101))) static void destruct_101(void) { puts("c: destruct 101"); }
__attribute__((destructor)) static void destruct_second(void) { puts("c: destruct, second"); }

