// Danger: a library that the program loads itself uses the program's functions and variables, of a module and of a native
// object, also where libc has such a name; and the program finds its own by dlsym, with all kinds of handles.
// native-ldflags: -rdynamic -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int host_value = 1, host_zero[1000];
extern int part_value;
__thread int host_thread = 5;
int host_add(int a, int b) { return a + b; }
int host_alias(int a, int b) __attribute__((alias("host_add")));
__attribute__((visibility("hidden"))) int host_hidden(void) { return 1; }
int atoi(const char *text) { return (int)strlen(text); } // libc's callers get this one

static int (*find(void *handle, const char *name))(int, int) { return (int (*)(int, int))dlsym(handle, name); }

int main(int argc, char **argv) {
  char path[4096];
  snprintf(path, sizeof path, "%s/extension.plugin", dirname(strdup(argv[0])));
  if (dlsym(RTLD_DEFAULT, "extension_run"))
    puts("too early");
  void *extension = dlopen(path, RTLD_NOW);
  if (!extension)
    return puts(dlerror());
  int (*run)(void) = (int (*)(void))dlsym(extension, "extension_run");
  int result = run();
  printf("%d %d %d %d %d\n", result, host_value, host_zero[999], part_value, host_thread);
  printf("%d %d\n", find(RTLD_DEFAULT, "host_add") == host_add, find(dlopen(0, RTLD_NOW), "host_alias")(2, 3));
  printf("%d %d\n", dlsym(RTLD_DEFAULT, "host_value") == &host_value, dlsym(RTLD_DEFAULT, "part_value") == &part_value);
  printf("%d %d\n", dlsym(RTLD_DEFAULT, "host_hidden") == 0, dlsym(RTLD_DEFAULT, "host_thread") == &host_thread);
  printf("%d %d\n", dlsym(RTLD_DEFAULT, "atoi") == (void *)atoi, dlsym(RTLD_NEXT, "atoi") == (void *)atoi);
  printf("%d\n", dlsym(RTLD_DEFAULT, "extension_run") == 0); // it was loaded for itself
  dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  printf("%d\n", dlsym(RTLD_DEFAULT, "extension_run") == (void *)run);
  return 0;
}
