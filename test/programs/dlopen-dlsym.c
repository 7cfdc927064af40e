// Danger: libraries opened by the program at run time, their destructors, symbols looked up by default and next, and
// dlerror.
// native-ldflags: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static int local_variable;

int main(void) {
  void *library = dlopen("libm.so.6", RTLD_NOW);
  double (*cosine)(double) = (double (*)(double))dlsym(library, "cos");
  printf("%g\n", cosine(0));
  printf("%d\n", dlsym(RTLD_DEFAULT, "strlen") == dlsym(RTLD_NEXT, "strlen"));
  printf("%d\n", dlsym(library, "no_such_function") == 0 && strstr(dlerror(), "no_such_function") != 0);
  printf("%d\n", dlopen("libno-such-library.so", RTLD_LAZY) == 0 && dlerror() != 0);
  Dl_info info;
  printf("%d\n", dladdr((void *)puts, &info) != 0 && strstr(info.dli_fname, "libc") != 0);
  dlclose(library);
  return local_variable;
}
