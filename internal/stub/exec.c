// A program that executes /proc/self/exe means itself, and that file is orcast: here it becomes the command by which
// orcast was started, with the arguments that the program gives. It has to work where vfork's child does: memory is the
// stack's alone.

#include "executor.h"

#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char **command; // the words of orcast's command line
static int words;      // of it before the program's arguments

void orcast_note_command(int argc, char **argv) {
  command = argv;
  while (words < argc && strcmp(argv[words], "--"))
    words++;
}

static int is_self(const char *path) {
  char by_number[32];
  snprintf(by_number, sizeof by_number, "/proc/%d/exe", (int)getpid());
  return command && path &&
         (!strcmp(path, "/proc/self/exe") || !strcmp(path, "/proc/thread-self/exe") || !strcmp(path, by_number));
}

static size_t count(char *const argv[]) {
  size_t n = 0;
  while (argv && argv[n])
    n++;
  return n;
}

// How much room the command with these arguments takes.
#define ROOM(argv) (count(argv) + (size_t)words + 4)

// The command with these arguments, in room; or the arguments themselves, if path is something else.
static char *const *rewritten(const char *path, char *const argv[], char **room) {
  if (!is_self(path) || !count(argv))
    return argv;
  char **next = room;
  for (int i = 0; i < words; i++)
    *next++ = command[i];
  *next++ = "--argv0";
  *next++ = argv[0];
  *next++ = "--";
  memcpy(next, argv + 1, count(argv) * sizeof *next); // NULL included
  return room;
}

int orcast_execve(const char *path, char *const argv[], char *const env[]) {
  char *room[ROOM(argv)];
  return execve(path, rewritten(path, argv, room), env);
}

int orcast_execv(const char *path, char *const argv[]) { return orcast_execve(path, argv, environ); }

int orcast_execvpe(const char *path, char *const argv[], char *const env[]) {
  char *room[ROOM(argv)];
  return execvpe(path, rewritten(path, argv, room), env);
}

int orcast_execvp(const char *path, char *const argv[]) { return orcast_execvpe(path, argv, environ); }

// The arguments of execl and its like, as a vector on the caller's stack.
#define VECTOR(first, list, n, argv) \
  va_list list; \
  int n = 1; \
  va_start(list, first); \
  while (va_arg(list, char *)) \
    n++; \
  va_end(list); \
  char *argv[n + 1]; \
  va_start(list, first); \
  argv[0] = (char *)first; \
  for (int i = 1; i <= n; i++) \
    argv[i] = va_arg(list, char *)

int orcast_execl(const char *path, const char *first, ...) {
  VECTOR(first, list, n, argv);
  va_end(list);
  return orcast_execv(path, argv);
}

int orcast_execlp(const char *path, const char *first, ...) {
  VECTOR(first, list, n, argv);
  va_end(list);
  return orcast_execvp(path, argv);
}

int orcast_execle(const char *path, const char *first, ...) {
  VECTOR(first, list, n, argv);
  char *const *env = va_arg(list, char *const *);
  va_end(list);
  return orcast_execve(path, argv, env);
}

int orcast_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[], char *const env[]) {
  char *room[ROOM(argv)];
  return posix_spawn(pid, path, actions, attributes, rewritten(path, argv, room), env);
}

int orcast_posix_spawnp(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[], char *const env[]) {
  char *room[ROOM(argv)];
  return posix_spawnp(pid, path, actions, attributes, rewritten(path, argv, room), env);
}
