// Danger: a thread opens a library while another one forks, and so does the child: what the first one holds for that
// nobody lets go of in the child.
// native-ldflags: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int visiting, forking, opened, opener;

// The dynamic linker's list of libraries stays locked until the process is about to fork.
static int visit(struct dl_phdr_info *info, size_t size, void *arg) {
  visiting = 1;
  while (!forking)
    sched_yield();
  return 1;
}

static void *look(void *arg) {
  dl_iterate_phdr(visit, NULL);
  return NULL;
}

static void *open_library(void *arg) {
  opener = gettid();
  void *library = dlopen("libm.so.6", RTLD_NOW);
  opened = 1;
  return library;
}

static int sleeps(int thread) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
  FILE *f = fopen(path, "r");
  char *state = f && fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
  if (f)
    fclose(f);
  return state && state[2] == 'S';
}

int main(void) {
  printf("%d", open_library(NULL) != NULL); // all that it calls is there from now on
  sleeps(opener);
  opener = opened = 0;
  pthread_t first, second;
  pthread_create(&first, NULL, look, NULL);
  while (!visiting)
    sched_yield();
  pthread_create(&second, NULL, open_library, NULL);
  while (!opened && !(opener && sleeps(opener)))
    sched_yield();
  fflush(stdout);
  forking = 1;
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(dlopen("libm.so.6", RTLD_NOW) ? 0 : 1);
  }
  int status;
  waitpid(child, &status, 0);
  printf(" %x\n", status);
  return 0;
}
