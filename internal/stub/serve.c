// Who compiles for a region, as everybody who has it mapped can see.

#include "executor.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel walks a thread's list when the thread ends, and marks each word on it that holds the thread's number. The
// list is this thread's own memory: the program can write to the word only. It takes the place of the C library's list,
// for a thread that holds no other robust mutex.
static _Thread_local struct robust_list entry;
static _Thread_local struct robust_list_head head;

void orcast_serve(uint32_t *word) {
  entry.next = &head.list;
  head.list.next = &entry;
  head.futex_offset = (long)((uintptr_t)word - (uintptr_t)&entry);
  head.list_op_pending = NULL;
  __atomic_store_n(word, (uint32_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
  syscall(SYS_set_robust_list, &head, sizeof head);
}

void orcast_serve_no_more(uint32_t *word) {
  head.list.next = &head.list;
  __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}
