// Symbols that a native program gets from static libraries at link time (libc_nonshared.a, crtbegin.o,
// libgcc.a), so that no shared library has them; here they are linked into this binary.
//
// By __dso_handle the C library knows who registers what is to be run at the end. The program's is the address of its
// region: orcast_end can thus run what belongs to one program in a process that goes on.

#include "executor.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern void *__dso_handle;
extern void *__tls_get_addr(void *);
extern char __cpu_model[];
extern unsigned __cpu_features2[];
extern int __cpu_indicator_init(void);
extern void __stack_chk_fail(void);

// JITLink gives a thread-local reference two words: one that its own runtime would use, and the symbol's
// address; the latter is, for us, the address of a tls_index as the psABI defines it.
static void *tls_get_addr(uint64_t words[2]) { return __tls_get_addr((void *)words[1]); }

// libatomic, which compilers call for what the processor cannot do in one instruction.
#define ATOMIC_SYMBOLS(X) \
  X(__atomic_compare_exchange) \
  X(__atomic_compare_exchange_1) \
  X(__atomic_compare_exchange_16) \
  X(__atomic_compare_exchange_2) \
  X(__atomic_compare_exchange_4) \
  X(__atomic_compare_exchange_8) \
  X(__atomic_exchange) \
  X(__atomic_exchange_1) \
  X(__atomic_exchange_16) \
  X(__atomic_exchange_2) \
  X(__atomic_exchange_4) \
  X(__atomic_exchange_8) \
  X(__atomic_fetch_add_1) \
  X(__atomic_fetch_add_16) \
  X(__atomic_fetch_add_2) \
  X(__atomic_fetch_add_4) \
  X(__atomic_fetch_add_8) \
  X(__atomic_fetch_and_1) \
  X(__atomic_fetch_and_16) \
  X(__atomic_fetch_and_2) \
  X(__atomic_fetch_and_4) \
  X(__atomic_fetch_and_8) \
  X(__atomic_fetch_nand_1) \
  X(__atomic_fetch_nand_16) \
  X(__atomic_fetch_nand_2) \
  X(__atomic_fetch_nand_4) \
  X(__atomic_fetch_nand_8) \
  X(__atomic_fetch_or_1) \
  X(__atomic_fetch_or_16) \
  X(__atomic_fetch_or_2) \
  X(__atomic_fetch_or_4) \
  X(__atomic_fetch_or_8) \
  X(__atomic_fetch_sub_1) \
  X(__atomic_fetch_sub_16) \
  X(__atomic_fetch_sub_2) \
  X(__atomic_fetch_sub_4) \
  X(__atomic_fetch_sub_8) \
  X(__atomic_fetch_xor_1) \
  X(__atomic_fetch_xor_16) \
  X(__atomic_fetch_xor_2) \
  X(__atomic_fetch_xor_4) \
  X(__atomic_fetch_xor_8) \
  X(__atomic_is_lock_free) \
  X(__atomic_load) \
  X(__atomic_load_1) \
  X(__atomic_load_16) \
  X(__atomic_load_2) \
  X(__atomic_load_4) \
  X(__atomic_load_8) \
  X(__atomic_store) \
  X(__atomic_store_1) \
  X(__atomic_store_16) \
  X(__atomic_store_2) \
  X(__atomic_store_4) \
  X(__atomic_store_8)
#define DECLARE(name) extern char orcast_##name[] __asm__(#name);
ATOMIC_SYMBOLS(DECLARE)

// What takes the place of the C library's functions of these names; see exec.c.
extern char orcast_execl[], orcast_execle[], orcast_execlp[], orcast_execv[], orcast_execve[], orcast_execvp[],
    orcast_execvpe[], orcast_posix_spawn[], orcast_posix_spawnp[];

extern int __cxa_atexit(void (*)(void *), void *, void *);
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *);

// The __dso_handle of whoever has this function.
static void *owner(void (*f)(void)) {
  void *region = orcast_region_of((uintptr_t)f);
  return region ? region : &__dso_handle;
}

static int program_atexit(void (*f)(void)) { return __cxa_atexit((void (*)(void *))f, NULL, owner(f)); }

static int program_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
  return __register_atfork(prepare, parent, child, owner(prepare ? prepare : parent ? parent : child));
}

static const struct {
  const char *name;
  void *address;
} symbols[] = {
#define ENTRY(name) {#name, orcast_##name},
    ATOMIC_SYMBOLS(ENTRY)
    {"__cpu_features2", __cpu_features2},
    {"__cpu_indicator_init", __cpu_indicator_init},
    {"__cpu_model", __cpu_model},
    {"__dso_handle", &__dso_handle},
    {"__stack_chk_fail_local", __stack_chk_fail},
    {"__tls_get_addr", tls_get_addr},
    {"at_quick_exit", at_quick_exit},
    {"atexit", program_atexit},
    {"dl_iterate_phdr", orcast_dl_iterate_phdr},
    {"dladdr", orcast_dladdr},
    {"dladdr1", orcast_dladdr1},
    {"dlmopen", orcast_dlmopen},
    {"dlopen", orcast_dlopen},
    {"dlsym", orcast_dlsym},
    {"dlvsym", orcast_dlvsym},
    {"execl", orcast_execl},
    {"execle", orcast_execle},
    {"execlp", orcast_execlp},
    {"execv", orcast_execv},
    {"execve", orcast_execve},
    {"execvp", orcast_execvp},
    {"execvpe", orcast_execvpe},
    {"posix_spawn", orcast_posix_spawn},
    {"posix_spawnp", orcast_posix_spawnp},
    {"pthread_atfork", program_atfork},
};

void *orcast_symbol_of_region(struct orcast_header *h, const char *name) {
  if (strcmp(name, "__dso_handle") == 0)
    return h;
  // A compiler that executes the program itself goes on when the program has ended, and so do its threads.
  if (h->hosted && (strcmp(name, "__cxa_thread_atexit") == 0 || strcmp(name, "__cxa_thread_atexit_impl") == 0))
    return orcast_thread_atexit;
  return NULL;
}

void *orcast_static_symbol(const char *name) {
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
    if (strcmp(symbols[i].name, name) == 0)
      return symbols[i].address;
  return NULL;
}
